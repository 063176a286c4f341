import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import getPort from 'get-port';
import { z } from 'zod';
import { eventually } from '../../support/eventually.ts';
import { isAlive } from '../../support/is-alive.ts';
import { leftovers, runForesize, type RunningUp, smallStack } from './running-up.ts';

const eventSchema = z.looseObject({ event: z.string() });
const platformSchema = z.object({ gatewayUrl: z.string(), metricsUrl: z.string(), passwordFile: z.string() });

describe('foresize up', function () {
  this.timeout(60_000);
  const { folder, stack, directory } = smallStack();
  const started: RunningUp[] = [];

  const up = (...words: string[]): RunningUp => {
    const ports = words.includes('--port') ? [] : ['--port', '0'];
    const fixed = ['-f', stack, '--directory', directory, '--metrics-port', '0', ...ports];
    const running = runForesize('up', ...fixed, ...words);
    started.push(running);
    return running;
  };

  after(async () => {
    for (const { child } of started) child.kill('SIGTERM');
    await Promise.all(started.map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses a malformed stack with its line, a stack that is not there and an unknown target, and starts nothing', async () => {
    const malformed = join(folder, 'malformed.yml');
    writeFileSync(malformed, 'version: 1.0\nprovider:\n  name: openfaas\nfunctions:\n  a:\n    limits: [\n');
    const [broken, absent, unknown] = await Promise.all([
      up('-f', malformed).ended,
      up('-f', join(folder, 'absent.yml')).ended,
      up('--load', 'qrcod').ended,
    ]);
    expect(broken).to.include({ code: 2 });
    expect(broken.stderr).to.match(/malformed\.yml:\d+: /);
    expect(absent).to.include({ code: 2 });
    expect(absent.stderr).to.include('absent.yml cannot be read');
    expect(unknown).to.include({ code: 2 });
    expect(unknown.stderr)
      .to.include('no function qrcod')
      .and.to.include('has qrcode')
      .and.to.include('--no-load');
    expect(existsSync(directory)).to.equal(false);
  });

  it('names a port that is taken, and leaves nothing behind', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = String(typeof address === 'object' && address !== null ? address.port : 0);
    const { code, stderr } = await up('--port', port).ended;
    server.close();
    expect(code).to.equal(1);
    expect(stderr)
      .to.include(`port ${port} on 127.0.0.1, wanted for the gateway, is in use`)
      .and.to.include('--port');
    expect(leftovers(directory)).to.equal(null);
    expect(existsSync(join(directory, 'password')), 'a password nobody was shown').to.equal(false);
  });

  it('runs beside a second start in its directory, speaks JSON lines, and leaves nothing after Ctrl-C', async () => {
    const first = up('--json', '--rate', '60');
    const { gatewayUrl, metricsUrl } = platformSchema.parse(
      JSON.parse(await first.line(/"event":"platform"/)),
    );
    await first.line(/"event":"ready"/);
    const known = leftovers(directory);
    expect(known?.pids).to.have.length(1);

    const second = await up().ended;
    expect(second.code).to.equal(1);
    expect(second.stderr)
      .to.include(`process ${first.child.pid ?? 0}`)
      .and.to.include('--directory');
    const answer = await fetch(`${gatewayUrl}/function/qrcode`, { method: 'POST', body: 'still here' });
    expect(answer.status).to.equal(200);

    first.child.kill('SIGINT');
    first.child.kill('SIGINT');
    const { code, stdout, stderr } = await first.ended;
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
    const events = stdout.map((line) => eventSchema.parse(JSON.parse(line)));
    const last = events.findLast(({ event }) => event === 'summary');
    expect(last).to.deep.include({ functionName: 'qrcode', resizes: 0, restarts: 0 });
    expect(leftovers(directory)).to.equal(null);
    expect(known?.pids.filter(isAlive)).to.deep.equal([]);
    expect(known?.cgroups.filter((path) => existsSync(path))).to.deep.equal([]);
    for (const url of [gatewayUrl, metricsUrl]) {
      const refused = await fetch(url).then(
        () => false,
        () => true,
      );
      expect(refused, `${url} is closed`).to.equal(true);
    }
  });

  it('serves its page at the port it was given, none at 0, and names one that is taken', async () => {
    const port = String(await getPort());
    const own = ['--directory', join(folder, 'page'), '--no-load', '--json'];
    const pageUrlOf = async (running: RunningUp): Promise<unknown> =>
      eventSchema.parse(JSON.parse(await running.line(/"event":"platform"/))).pageUrl;
    const first = up(...own, '--page-port', port);
    const url = await pageUrlOf(first);
    expect(url).to.equal(`http://127.0.0.1:${port}/`);
    const page = await fetch(String(url));
    expect(page.status).to.equal(200);
    const other = await up('--directory', join(folder, 'other'), '--no-load', '--page-port', port).ended;
    expect(other.code).to.equal(1);
    expect(other.stderr).to.include(`port ${port} on 127.0.0.1, wanted for the page, is in use`);
    expect(leftovers(join(folder, 'other'))).to.equal(null);
    first.child.kill('SIGTERM');
    await first.ended;
    const none = up(...own, '--page-port', '0');
    expect(await pageUrlOf(none)).to.equal(null);
    none.child.kill('SIGTERM');
    await none.ended;
  });

  it('shows the password where it is made, and where it is kept after that', async () => {
    const own = ['--directory', join(folder, 'own'), '--no-load'];
    const shown: string[] = [];
    for (let start = 0; start < 2; start++) {
      const running = up(...own);
      shown.push(await running.line(/^login /));
      running.child.kill('SIGTERM');
      expect((await running.ended).code).to.equal(130);
      expect(leftovers(join(folder, 'own'))).to.equal(null);
    }
    expect(shown[0]).to.match(/password \S{32} \(shown/);
    expect(shown[1]).to.match(/password in \S+own\/password$/);
  });

  it('ends what a killed platform has left, and ends cleanly itself while functions start', async () => {
    const killed = up('--no-load');
    await killed.line(/^ready/);
    const { pids = [], cgroups = [] } = leftovers(directory) ?? {};
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(pids.filter(isAlive)).to.deep.equal(pids);

    const next = up('--no-load', '--for', '10m');
    await next.line(/^bundling/);
    await eventually(() => !pids.some(isAlive));
    await next.line(/^waiting for qrcode/);
    next.child.kill('SIGINT');
    expect((await next.ended).code).to.equal(130);
    expect(leftovers(directory)).to.equal(null);
    expect(cgroups.filter((path) => existsSync(path))).to.deep.equal([]);
  });

  it('ends by itself, without a word, when nobody reads on', async () => {
    const running = up('--rate', '600');
    await running.line(/^starting/);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.ended;
    expect(stderr).to.equal('');
    expect(code).to.equal(141);
    expect(leftovers(directory)).to.equal(null);
  });

  it('exits 1 after --for without a resize, and 0 where none was to be expected', async () => {
    const [loaded, idle] = await Promise.all([
      up('--for', '1s', '--quiet').ended,
      up('--for', '100ms', '--no-load', '--directory', join(folder, 'own')).ended,
    ]);
    expect(loaded.code).to.equal(1);
    expect(loaded.stdout[0]).to.match(/^qrcode: \d+ calls, 0 failed; 0 resizes applied; restarts 0$/);
    expect(idle.code).to.equal(0);
  });
});

describe('foresize', () => {
  it('exits 2 on what it does not know and 0 where help was asked for', async () => {
    const [command, option, help] = await Promise.all(
      [['bogus'], ['up', '--bogus'], ['--help']].map((words) => runForesize(...words).ended),
    );
    expect(command).to.include({ code: 2 });
    expect(command?.stderr).to.include("unknown command 'bogus'");
    expect(option).to.include({ code: 2 });
    expect(help).to.include({ code: 0 });
  });
});
