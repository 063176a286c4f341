import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { readCgroupMounts } from '../../../local/limits/cgroup-mounts.ts';
import { controllersIn } from '../../../local/limits/delegation.ts';
import { groupMembers, removeGroup, writeValue } from '../../../local/limits/kernel-files.ts';
import { eventually } from '../../support/eventually.ts';

/** Rarely used by anybody, and, as memory, refused to the children of a group with processes. */
const CONTROLLER = 'hugetlb';
const root = readCgroupMounts().v2?.mountPoint ?? '';
const missing = mayDelegate() ? '' : ` (skipped: no writable cgroup v2 hierarchy with ${CONTROLLER})`;

const openedSchema = z.object({ pid: z.number(), seen: z.string(), members: z.array(z.number()) });

function mayDelegate(): boolean {
  if (process.getuid?.() !== 0 || !controllersIn(join(root, 'cgroup.controllers')).includes(CONTROLLER))
    return false;
  const control = join(root, 'cgroup.subtree_control');
  if (controllersIn(control).includes(CONTROLLER)) return true;
  try {
    writeValue(control, `+${CONTROLLER}`);
    writeValue(control, `-${CONTROLLER}`);
    return true;
  } catch {
    return false;
  }
}

describe(`a platform alone in a delegated cgroup v2${missing}`, () => {
  const name = `foresize-test-${process.pid}`;
  const group = join(root, name);
  const rootControl = join(root, 'cgroup.subtree_control');
  let wasGiven = true;
  let running: { child: ChildProcess; ended: Promise<unknown> }[] = [];

  before(function () {
    if (missing !== '') this.skip();
    wasGiven = controllersIn(rootControl).includes(CONTROLLER);
    if (!wasGiven) writeValue(rootControl, `+${CONTROLLER}`);
  });
  beforeEach(() => {
    mkdirSync(group);
  });
  afterEach(async () => {
    for (const { child } of running) child.stdin?.end();
    await Promise.all(running.map(({ ended }) => ended));
    running = [];
    expect(await removeGroup(group)).to.equal(true);
  });
  after(() => {
    if (missing === '' && !wasGiven) writeValue(rootControl, `-${CONTROLLER}`);
  });

  /** In the group, with a process group of its own, under a shell that waits for it as npm does. */
  function run(program: string, ...args: string[]) {
    const script = 'echo $$ > "$1" && shift && "$@"; exit $?';
    const words = ['-c', script, 'sh', join(group, 'cgroup.procs'), program, ...args];
    const child = spawn('/bin/sh', words, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    running.push({ child, ended });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
    return { child, next, ended };
  }
  const runLimiter = () =>
    run(process.execPath, '--import=tsx', join(import.meta.dirname, 'limiter-process.ts'), group, CONTROLLER);
  const groupsBelow = (): string[] =>
    readdirSync(group).filter((entry) => statSync(join(group, entry)).isDirectory());

  it('moves with its shell to a leaf, opens cells beside it, and comes back when it stops', async () => {
    const { child, next } = runLimiter();
    const { seen, members } = openedSchema.parse(await next());
    expect(members).to.deep.equal([]);
    expect(seen).to.match(new RegExp(`^0::/.*${name}/platform/pod$`, 'm'));
    const leaf = groupsBelow().find((entry) => entry.startsWith('foresize-platform-')) ?? '';
    expect(groupMembers(join(group, leaf)))
      .to.include(child.pid)
      .and.to.have.length.at.least(2);
    expect(existsSync(join(group, 'platform/pod', `${CONTROLLER}.2MB.max`))).to.equal(true);

    child.stdin.write('close\n');
    expect(await next()).to.include({ event: 'closed' });
    expect(groupsBelow()).to.deep.equal([]);
    expect(groupMembers(group)).to.include(child.pid).and.to.have.length.at.least(2);
    expect(readFileSync(join(group, 'cgroup.subtree_control'), 'utf8').trim()).to.equal('');
  });

  it('does so again in the place of one that was killed there', async () => {
    const first = runLimiter();
    const { pid } = openedSchema.parse(await first.next());
    process.kill(pid, 'SIGKILL');
    await first.ended;
    expect(await removeGroup(join(group, 'platform'))).to.equal(true);
    writeValue(join(group, 'cgroup.subtree_control'), `-${CONTROLLER}`);
    const [abandoned = ''] = groupsBelow();
    await eventually(() => groupMembers(join(group, abandoned)).length === 0);
    const second = runLimiter();
    expect(await second.next()).to.include({ event: 'open' });
    expect(groupsBelow()).to.have.length(2).and.to.not.include(abandoned);
  });

  it('touches nothing where a process of somebody else is in the group', async () => {
    const stranger = run('/bin/cat');
    stranger.child.stdin.write('"there"\n');
    expect(await stranger.next()).to.equal('there');
    const { child, next } = runLimiter();
    expect(await next())
      .to.include({ event: 'refused' })
      .and.to.have.property('message')
      .that.includes('EBUSY');
    expect(groupsBelow()).to.deep.equal([]);
    expect(groupMembers(group)).to.include.members([stranger.child.pid, child.pid]);
  });
});
