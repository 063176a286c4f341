import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type RecommendFlags, runRecommend } from '../../../cli/recommend/run-recommend.ts';
import { deploymentOf, podOf } from '../../local/kubernetes/workloads-in-memory.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { failure } from '../../support/failure.ts';
import { printed, redirected } from '../printed.ts';
import { lookingAt, TWO_READS_MS, useSteadily } from './looking.ts';

const STACK = `provider: { name: openfaas }
functions:
  qrcode: # makes pictures
    lang: typescript
    handler: ./functions/qrcode
    image: registry.example/qrcode:1
    limits:
      memory: 256Mi
      cpu: 100m
    requests:
      cpu: 50m # measured once
      memory: 64Mi
`;

describe('foresize recommend --write', () => {
  let running: RunningApi;
  let folder = '';
  let stack = '';
  let told = '';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-write-'));
    stack = join(folder, 'stack.yml');
    writeFileSync(stack, STACK);
    running = await startApi();
    useSteadily(running);
  });
  afterEach(async () => {
    process.exitCode = undefined;
    await running.close();
    rmSync(folder, { recursive: true });
  });

  const write = async (more: Partial<RecommendFlags> = {}): Promise<string> => {
    told = '';
    const flags = lookingAt(running, { stack, write: true, for: TWO_READS_MS, ...more });
    await redirected(
      process.stderr,
      (text) => (told += text),
      () => printed(() => runRecommend([], flags)),
    );
    return readFileSync(stack, 'utf8');
  };

  it('leaves out what has low confidence, and says so even where it is to be quiet', async () => {
    expect(await write()).to.equal(STACK);
    expect(told).to.match(
      /^left out, for less confidence than medium: qrcode \(low: [^)]+\); --min-confidence low takes all\n$/,
    );
  });

  it('writes it where asked to, and leaves every comment where it was', async () => {
    const after = await write({ minConfidence: 'low', quiet: false });
    expect(after).to.equal(
      STACK.replace('memory: 256Mi', 'memory: 60Mi').replace('memory: 64Mi', 'memory: 55Mi'),
    );
    expect(told).to.include(`wrote qrcode to ${stack}\n`);
    expect(await write({ minConfidence: 'low', quiet: false })).to.equal(after);
    expect(told).to.include(`${stack} says so already of qrcode\n`);
  });

  it('sets no CPU limit that the file does not have', async () => {
    writeFileSync(stack, STACK.replace('      cpu: 100m\n', ''));
    expect(await write({ minConfidence: 'low' }))
      .to.include('memory: 60Mi')
      .and.not.to.include('100m');
  });

  it('replaces the file as a whole: its mode and a link to it stay, and nothing else is left', async () => {
    const link = join(folder, 'link.yml');
    symlinkSync(stack, link);
    chmodSync(stack, 0o640);
    await write({ stack: link, minConfidence: 'low' });
    expect(readFileSync(stack, 'utf8')).to.include('memory: 55Mi');
    expect(lstatSync(link).isSymbolicLink()).to.equal(true);
    expect(statSync(stack).mode & 0o777).to.equal(0o640);
    expect(readdirSync(folder).sort()).to.deep.equal(['link.yml', 'stack.yml']);
  });

  it('names a function that the file does not have, and writes the others', async () => {
    const other = deploymentOf('other');
    running.workloads.add(other, podOf(other));
    expect(await write({ minConfidence: 'low', quiet: false })).to.include('memory: 55Mi');
    expect(told).to.include(`wrote qrcode to ${stack}\nnot in ${stack}: other\n`);
  });

  it('writes nothing where one value cannot be, and names it', async () => {
    const fixed = STACK.replace('memory: 64Mi', 'memory: ${MEMORY:-64Mi}');
    writeFileSync(stack, fixed);
    const refused = await failure(write({ minConfidence: 'low' }));
    expect(refused).to.include({ code: 'stack-edit-refused', exitCode: 2 });
    expect(refused.message).to.include('${MEMORY:-64Mi}');
    expect(readFileSync(stack, 'utf8')).to.equal(fixed);
  });

  it('is refused without a file', async () => {
    const refused = await failure(runRecommend([], lookingAt(running, { write: true })));
    expect(refused.message).to.include('--stack');
  });
});
