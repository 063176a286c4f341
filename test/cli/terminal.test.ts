import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { findBinary } from '../support/find-binary.ts';
import { startApi } from '../local/kubernetes/running-api.ts';
import { useSteadily } from './recommend/looking.ts';
import { leftovers, smallStack } from './up/running-up.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CTRL_C = '\u0003';
const script = findBinary('SCRIPT', 'script');

/** What else Node.js derives the colours of a terminal from, as on a build server, is taken out. */
const PLAIN_TERMINAL = {
  TERM: 'xterm-256color',
  ...Object.fromEntries(
    ['CI', 'TF_BUILD', 'TEAMCITY_VERSION', 'NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS'].map((name) => [
      name,
      undefined,
    ]),
  ),
};

/** The lines from the table's heading on. */
function tableIn(text: string): string[] {
  const lines = stripVTControlCharacters(text).split(/\r?\n/);
  return lines.slice(lines.findIndex((line) => line.startsWith('function ')));
}

/** `foresize` in a pseudo-terminal of 100 × 30: what it writes there, and a keyboard. */
function inTerminal(command: string, environment: Readonly<Record<string, string>> = {}) {
  const line = `stty cols 100 rows 30; exec '${process.execPath}' cli/bin.mjs ${command}`;
  const child = spawn(script ?? 'script', ['-qefc', line, '/dev/null'], {
    cwd: ROOT,
    env: { ...process.env, ...PLAIN_TERMINAL, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const screen = { text: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen.text += text));
  const ended = once(child, 'close').then(() => child.exitCode);
  return { screen, ended, type: (keys: string) => child.stdin.write(keys), child };
}

describe(`on a terminal${script === undefined ? ' (no script on PATH, which makes one)' : ''}`, function () {
  this.timeout(30_000);
  let server: Server;
  let gateway = '';

  before(async function () {
    if (script === undefined) this.skip();
    server = createServer((_request, response) => response.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    gateway = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('invoke moves its bar between bursts, and sums up after Ctrl-C', async () => {
    const terminal = inTerminal(
      `invoke --gateway ${gateway} --pattern burst --period 20s --rate 6 --duration 40s`,
    );
    await eventually(() => /\[#+ +\] 1s of 40s {2}2 calls, 0 errors/.test(terminal.screen.text), {
      timeoutMs: 15_000,
    });
    terminal.type(CTRL_C);
    expect(await terminal.ended).to.equal(130);
    expect(terminal.screen.text).to.include('calls    2');
  });

  it('recommend shows a bar while it watches, then a table that fits, in colours unless NO_COLOR is set', async () => {
    const running = await startApi();
    useSteadily(running);
    const command = `recommend --kubeconfig ${running.api.kubeconfigPath} --gateway-metrics none --for`;
    try {
      const terminal = inTerminal(`${command} 2s`);
      await eventually(() => /\[#* *\] \d+ %.*: watching the use/.test(terminal.screen.text), {
        timeoutMs: 15_000,
      });
      expect(await terminal.ended).to.equal(0);
      expect(terminal.screen.text).to.include('\u001B[1mqrcode\u001B[22m');
      const table = tableIn(terminal.screen.text);
      expect(table[0]).to.match(/^function +why +CPU request .* sure$/);
      expect(Math.max(...table.map((text) => text.length))).to.be.at.most(100);
      const plain = inTerminal(`${command} 50ms`, { NO_COLOR: '1' });
      expect(await plain.ended).to.equal(0);
      expect(tableIn(plain.screen.text)[1]).to.match(/^qrcode /);
      expect(plain.screen.text).not.to.include('\u001B[1m').and.not.to.include('\u001B[90m');
    } finally {
      await running.close();
    }
  });

  it('up shows a coloured view that Ctrl-C ends, pressed twice or not, and a summary', async () => {
    const { folder, stack, directory } = smallStack();
    const terminal = inTerminal(
      `up -f ${stack} --directory ${directory} --port 0 --metrics-port 0 --rate 600`,
    );
    await eventually(() => /\d+s: [1-9]\d* calls, 0 failed/.test(terminal.screen.text), {
      timeoutMs: 20_000,
    });
    terminal.type(CTRL_C);
    terminal.type(CTRL_C);
    expect(await terminal.ended).to.equal(0);
    expect(terminal.screen.text).to.include('\u001B[1mForesize on a local OpenFaaS at http://127.0.0.1:');
    const plain = stripVTControlCharacters(terminal.screen.text);
    expect(plain).to.match(/^function +restarts +CPU /m);
    expect(plain).to.match(/qrcode: \d+ calls, 0 failed; 0 resizes applied; restarts 0/);
    const { text } = terminal.screen;
    expect(text.lastIndexOf('\u001B[?25h'), 'the cursor is back').to.be.above(
      text.lastIndexOf('\u001B[?25l'),
    );
    expect(leftovers(directory)).to.equal(null);
    rmSync(folder, { recursive: true, force: true });
  });
});
