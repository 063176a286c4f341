import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readProcessTree } from '../../../local/measurement/process-tree.ts';
import { eventually } from '../../support/eventually.ts';

describe('use of a process tree', () => {
  before(function () {
    if (process.platform !== 'linux') {
      this.test!.title += ' (skipped: /proc is Linux only)';
      this.skip();
    }
  });

  it('adds up the processes below it, finer than a clock tick, keeps what ended children used, and ends with it', async () => {
    const busy = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done';
    const child = spawn('/bin/sh', ['-c', `(${busy}); read line; sleep 60 & wait`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const pid = child.pid ?? 0;
    await eventually(() => (readProcessTree(pid, false)?.cpuSeconds ?? 0) > 0.02);
    await eventually(() => readProcessTree(pid, false)?.pids.length === 1);
    const before = readProcessTree(pid, true);
    expect(before?.cpuSeconds).to.be.greaterThan(0.01);
    expect(((before?.cpuSeconds ?? 0) * 100) % 1).not.to.equal(0);
    expect(before?.residentBytes).to.be.greaterThan(0);
    child.stdin.write('go\n');
    const { pids } = await eventually(() => {
      const tree = readProcessTree(pid, false);
      return tree?.pids.length === 2 ? tree : undefined;
    });
    for (const member of [...pids].reverse()) process.kill(member, 'SIGKILL');
    await once(child, 'exit');
    expect(readProcessTree(pid, true)).to.equal(null);
  });
});
