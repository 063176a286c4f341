import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { type Decision, decisionSchema } from '#core/messages/decision.ts';
import { createDecisionLog } from '#platform/logs/decision-log.ts';
import { decideOn } from '../../core/policy/situation.ts';

const DAY_MS = 86_400_000;

describe('the decision log', () => {
  let directory: string;
  const { decision } = decideOn({ signals: { stretch: 3, throttledPeriods: 100 } });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-decisions-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const decisionsIn = (text: string): Decision[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        expect(line).to.match(/^\{"event":"decision",/);
        return decisionSchema.parse(JSON.parse(line));
      });

  it('is one line a decision on stdout, whole, steps and outcomes too', () => {
    const stdout = new PassThrough();
    createDecisionLog(undefined, stdout).append(decision);
    expect(decision.steps).not.to.deep.equal([]);
    expect(decisionsIn(String(stdout.read()))).to.deep.equal([decision]);
  });

  it('is also kept in a file a day where a directory is given, which is made', () => {
    const stdout = new PassThrough();
    const folder = join(directory, 'kept/here');
    const log = createDecisionLog(folder, stdout);
    const next = { ...decision, at: decision.at + DAY_MS };
    for (const one of [decision, decision, next]) log.append(one);
    expect(readdirSync(folder)).to.have.members([
      'decisions-2026-06-15.ndjson',
      'decisions-2026-06-16.ndjson',
    ]);
    const read = (day: string): Decision[] =>
      decisionsIn(readFileSync(join(folder, `decisions-${day}.ndjson`), 'utf8'));
    expect(read('2026-06-15')).to.deep.equal([decision, decision]);
    expect(read('2026-06-16')).to.deep.equal([next]);
    expect(decisionsIn(String(stdout.read()))).to.have.length(3);
  });
});
