import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { processStart } from '../../../local/processes/process-start.ts';
import { createWorkloads } from '../../../local/workloads/create-workloads.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive } from '../../support/is-alive.ts';
import { SILENT_LOG } from '../../support/silent-log.ts';
import { call, makeFixture, readyPod, specOf, startPlatform } from '../workloads/platform.ts';

const stateSchema = z.object({
  cgroups: z.array(z.string()),
  processes: z.array(z.object({ pid: z.number(), start: z.string() })),
});

const readState = (directory: string) =>
  stateSchema.parse(JSON.parse(readFileSync(join(directory, 'state', 'processes.json'), 'utf8')));

/** A platform in a process of its own, which deploys one function. */
const PROGRAM = (directory: string): string => `
  import { createWorkloads } from ${JSON.stringify(new URL('../../../local/workloads/create-workloads.ts', import.meta.url).href)};
  import { pino } from 'pino';
  const images = new Map([['server:latest', { kind: 'bundle', bundlePath: ${JSON.stringify(join(directory, 'server.cjs'))} }]]);
  const secrets = { list: () => [], has: () => false, files: () => undefined };
  const stateDirectory = ${JSON.stringify(join(directory, 'state'))};
  const workloads = await createWorkloads({ images, secrets, stateDirectory, log: pino({ level: 'silent' }) });
  workloads.deploy(${JSON.stringify(specOf('left'))});
`;

describe('what a platform leaves', () => {
  it('is nothing after it has stopped: no process, cgroup or directory', async () => {
    const platform = await startPlatform();
    platform.workloads.deploy(specOf('stopped'));
    const { pid } = await readyPod(platform.workloads, 'stopped');
    const { cgroups } = readState(platform.directory);
    await platform.workloads.stop();
    expect(isAlive(pid ?? 0)).to.equal(false);
    expect(cgroups.filter((directory) => existsSync(directory))).to.deep.equal([]);
    expect(readdirSync(join(platform.directory, 'state'))).to.deep.equal([]);
    await platform.close();
  });

  it('is found and ended by the next one when it was killed, while its neighbour goes on', async () => {
    const neighbour = await startPlatform();
    neighbour.workloads.deploy(specOf('neighbour'));
    const besides = await readyPod(neighbour.workloads, 'neighbour');
    const { directory, images } = makeFixture();
    const killed = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM(directory)],
      {
        stdio: 'ignore',
      },
    );
    const left = await eventually(
      () => {
        const state = readState(directory);
        return state.processes.length === 1 ? state : undefined;
      },
      { timeoutMs: 15_000 },
    );
    killed.kill('SIGKILL');
    await eventually(() => processStart(killed.pid ?? 0) === null);
    const orphan = left.processes[0]!;
    expect(processStart(orphan.pid)).to.equal(orphan.start);

    const secrets = neighbour.options.secrets;
    const stateDirectory = join(directory, 'state');
    const next = await createWorkloads({ images, secrets, stateDirectory, log: SILENT_LOG });
    await eventually(() => processStart(orphan.pid) === null);
    expect(next.pods()).to.deep.equal([]);
    expect((await readyPod(neighbour.workloads, 'neighbour')).pid).to.equal(besides.pid);
    await next.stop();
    expect(left.cgroups.filter((group) => existsSync(group))).to.deep.equal([]);
    rmSync(directory, { recursive: true, force: true });
    await neighbour.close();
  });

  for (const enforcement of ['emulated', 'none'] as const) {
    it(`is nothing either where limits are ${enforcement}, of processes that began a session of their own`, async function () {
      if (process.platform !== 'linux') this.skip();
      const platform = await startPlatform({ enforcement });
      platform.workloads.deploy(specOf('roamer'));
      await readyPod(platform.workloads, 'roamer');
      const roamer = Number(await call(platform.workloads, 'roamer', '/roam'));
      expect(isAlive(roamer)).to.equal(true);
      await platform.workloads.stop();
      await eventually(() => processStart(roamer) === null);
      await platform.close();
    });
  }

  it('does not include a process that only has the same pid', async () => {
    const { directory, images } = makeFixture();
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const { pid = 0 } = stranger;
    const platform = await startPlatform({ images, stateDirectory: join(directory, 'state') });
    await platform.workloads.stop();
    const state = { owner: { pid, start: '1' }, cgroups: [], processes: [{ pid, start: '1' }] };
    writeFileSync(join(directory, 'state', 'processes.json'), JSON.stringify(state));
    const next = await createWorkloads(platform.options);
    expect(processStart(pid)).to.be.a('string');
    await next.stop();
    stranger.kill('SIGKILL');
    await platform.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is not touched while it still runs: a second platform in the same directory is refused', async () => {
    const platform = await startPlatform();
    const second = await createWorkloads(platform.options).catch((error: unknown) => error);
    expect(second).to.have.property('code', 'platform-running');
    expect(second).to.have.property('message').that.includes(String(process.pid));
    await platform.close();
  });
});
