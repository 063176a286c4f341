import { expect } from 'chai';
import { DocumentedPlatform } from './documented-platform.ts';
import { missingOf } from './documented-project.ts';
import type { Outcome } from './foresize-here.ts';
import { PAGES, readPage } from './pages.ts';
import { type Phase, type Running, runningOf } from './running-commands.ts';
import { type ShellCommand, shellCommandsIn } from './shell-commands.ts';

const PHASES: readonly Phase[] = ['early', 'usual', 'late', 'last'];

/** Each command once, however many pages have it. */
const commands = [
  ...new Map(
    PAGES.flatMap((page) => shellCommandsIn(page, readPage(page))).map((command) => [command.text, command]),
  ).values(),
];

const titleOf = ({ page, line, text }: ShellCommand): string =>
  `${page}:${line} ${text.split('\n')[0] ?? ''}`;

function runsOf(phase: Phase): (readonly [ShellCommand, Running])[] {
  return commands.flatMap((command) => {
    const running = runningOf(command);
    return 'elsewhere' in running || running.phase !== phase ? [] : [[command, running] as const];
  });
}

// One platform for all; what loads long is run in this process.
describe('the commands of the documentation', function () {
  this.timeout(90_000);
  let platform: DocumentedPlatform | undefined;
  const outcomes = new Map<string, Outcome>();

  before(async () => {
    platform = await DocumentedPlatform.start();
  });
  after(() => platform?.stop());

  for (const phase of PHASES) {
    describe(`that come ${phase}`, () => {
      if (phase === 'late') before(() => platform!.decided());

      for (const [command, running] of runsOf(phase)) {
        const missing = missingOf(running.needs);
        const why = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;
        it(`${titleOf(command)}${why}`, async function () {
          if (missing.length > 0) this.skip();
          const outcome = await platform!.run(running);
          outcomes.set(command.text, outcome);
          expect(running.codes, `${outcome.stdout}\n${outcome.stderr}`).to.include(outcome.exitCode);
        });
      }
    });
  }

  describe('and what they answer', () => {
    it('is what the page of the forecast shows', function () {
      const command = 'curl http://127.0.0.1:8080/function/predict-resources --data-binary @usage.csv';
      const outcome = outcomes.get(command);
      if (outcome === undefined) this.skip();
      const shown = /```json\n([^]*?)```/.exec(readPage('docs/forecast.md'))?.[1] ?? '';
      expectWithin(JSON.parse(outcome.stdout), JSON.parse(shown), '');
    });
  });

  for (const command of commands) {
    const running = runningOf(command);
    if ('elsewhere' in running) it.skip(`${titleOf(command)} (run elsewhere: ${running.elsewhere})`);
  }
});

/** Whatever the shortened and rounded answer says, the whole one must. */
function expectWithin(whole: unknown, shown: unknown, path: string): void {
  if (typeof shown === 'number' && typeof whole === 'number') {
    expect(whole, path).to.be.closeTo(shown, Math.abs(shown) / 200);
    return;
  }
  if (typeof shown !== 'object' || shown === null || typeof whole !== 'object' || whole === null) {
    expect(whole, path).to.equal(shown);
    return;
  }
  const known = new Map<string, unknown>(Object.entries(whole));
  for (const [key, value] of Object.entries(shown)) expectWithin(known.get(key), value, `${path}.${key}`);
}
