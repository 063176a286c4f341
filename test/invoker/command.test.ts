import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { z } from 'zod';
import { invokeCommand } from '../../cli/commands/invoke.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPT =
  "import { invokeCommand } from './cli/commands/invoke.ts'; await invokeCommand().parseAsync(process.argv.slice(1), { from: 'user' });";

function run(...words: string[]) {
  const node = ['--import', 'tsx', '--input-type=module', '--eval', SCRIPT, '--'];
  return execa(process.execPath, [...node, ...words], { cwd: ROOT, reject: false });
}

describe('the command invoke', () => {
  let server: Server;
  let gateway = '';
  let folder = '';
  const paths: (string | undefined)[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresize-command-'));
    server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(request.url === '/function/qrcode' ? 200 : 404).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    gateway = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });

  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  const short = ['--pattern', 'constant', '--rate', '600', '--duration', '300ms'];

  it('calls qrcode through the gateway, prints JSON and exits 0', async () => {
    const { stdout, exitCode } = await run('--gateway', gateway, ...short, '--json');
    const summary = z.object({ calls: z.number(), ok: z.number() }).parse(JSON.parse(stdout));
    expect(summary).to.deep.equal({ calls: 3, ok: 3 });
    expect(exitCode).to.equal(0);
    expect(paths).to.deep.equal(['/function/qrcode', '/function/qrcode', '/function/qrcode']);
  });

  it('exits 1 where calls are refused, and 0 where that is allowed', async () => {
    const refused = await run('absent', '--gateway', gateway, ...short);
    expect(refused.stdout).to.include('errors   3 (refused: 3)');
    expect(refused.exitCode).to.equal(1);
    const allowed = await run('absent', '--gateway', gateway, ...short, '--allow-errors', '100');
    expect(allowed.exitCode).to.equal(0);
  });

  it('sums up and exits 130 when interrupted', async () => {
    const running = run('--gateway', gateway, '--pattern', 'constant', '--rate', '600');
    await once(server, 'request');
    running.kill('SIGINT');
    const { stdout, exitCode } = await running;
    expect(stdout).to.match(/^calls {4}\d+$/m);
    expect(exitCode).to.equal(130);
  });

  it('replays a log, saying what it is, up to the duration asked for', async () => {
    const log = join(folder, 'log.csv');
    await writeFile(log, [0, 1000, 2000, 60_000].map((offset) => `${1672561201000 + offset}\n`).join(''));
    const replay = ['--gateway', gateway, '--replay', log, '--speed', '10', '--duration', '1s'];
    const { stdout, exitCode } = await run(...replay);
    expect(stdout).to.match(/^replay {3}4 calls in 6s\ncalls {4}3\n/);
    expect(exitCode).to.equal(0);
    const { stdout: json } = await run(...replay, '--json');
    expect(JSON.parse(json)).to.deep.include({
      calls: 3,
      replay: { calls: 4, durationMs: 6001, trace: null },
    });
  });

  it('refuses a pattern beside a replay, and what belongs to a replay without one', async () => {
    const refusal = async (...words: string[]): Promise<string> => {
      const command = invokeCommand()
        .exitOverride()
        .configureOutput({ writeErr: () => undefined });
      const error: unknown = await command
        .parseAsync(words, { from: 'user' })
        .catch((reason: unknown) => reason);
      return error instanceof Error ? error.message : 'accepted';
    };
    expect(await refusal('--replay', 'log.csv', '--pattern', 'burst')).to.include(
      "option '--replay <file>' cannot be used with option '--pattern <name>'",
    );
    expect(await refusal('--row', '3')).to.equal('--row needs --replay FILE');
    expect(await refusal('--speed', '3')).to.equal('--speed needs --replay FILE');
  });

  it('explains itself with examples', async () => {
    const { stdout, exitCode } = await run('--help');
    expect(stdout).to.include('foresize invoke --pattern diurnal');
    expect(exitCode).to.equal(0);
  });
});
