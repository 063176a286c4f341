import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { z } from 'zod';

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
  const paths: (string | undefined)[] = [];

  before(async () => {
    server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(request.url === '/function/qrcode' ? 200 : 404).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    gateway = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
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

  it('explains itself with examples', async () => {
    const { stdout, exitCode } = await run('--help');
    expect(stdout).to.include('foresize invoke --pattern diurnal');
    expect(exitCode).to.equal(0);
  });
});
