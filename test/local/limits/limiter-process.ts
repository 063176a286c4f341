import { execFileSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createCgroupV2Limiter } from '../../../local/limits/cgroup-v2.ts';
import { groupMembers } from '../../../local/limits/kernel-files.ts';

// Opens a limiter below the group it is told, runs a process in a cell of it, and closes it when it reads a line.
const [parent = '', controller = ''] = process.argv.slice(2);
const say = (event: object): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

try {
  const limiter = createCgroupV2Limiter(parent, 'platform', [controller]);
  const { program, args } = limiter.open('pod').enter({ program: '/bin/cat', args: ['/proc/self/cgroup'] });
  const seen = execFileSync(program, args, { encoding: 'utf8' });
  say({ event: 'open', pid: process.pid, seen, members: groupMembers(parent) });
  await lines.next();
  await limiter.close();
  say({ event: 'closed' });
} catch (error) {
  say({ event: 'refused', message: String(error) });
}
await lines.next();
process.exit();
