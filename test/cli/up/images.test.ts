import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ForesizeError } from '#core/errors/error.ts';
import { parseStack } from '#platform/stack/read-stack.ts';
import { buildImages } from '../../../cli/up/images.ts';

describe('the images of a stack', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-images-'));
    for (const name of ['one', 'two', 'broken']) mkdirSync(join(folder, name));
    const handler = 'export const handle = (_event, context) => context.status(200).succeed("ok");\n';
    for (const name of ['one', 'two']) writeFileSync(join(folder, name, 'handler.js'), handler);
    writeFileSync(join(folder, 'broken/handler.js'), 'export const = 1;\n');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Functions a, b, … of these handlers and images. */
  const build = (functions: readonly (readonly [handler: string, image: string])[], out = 'bundles') => {
    const blocks = functions.map(
      ([handler, image], index) => `  ${'ab'[index] ?? ''}: { handler: ${handler}, image: ${image} }\n`,
    );
    const text = `provider: { name: openfaas }\nfunctions:\n${blocks.join('')}`;
    return buildImages(parseStack(text, join(folder, 'stack.yml'), {}), join(folder, out));
  };
  const refusal = async (building: Promise<unknown>): Promise<ForesizeError> => {
    const error = await building.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof ForesizeError) return error;
    throw new Error(`it was not refused, or not by an error of its own: ${String(error)}`);
  };

  it('are found by the name they are deployed with, which has a tag', async () => {
    const images = await build([['./one', 'local/one']]);
    expect(images.get('local/one:latest')).to.deep.equal({
      kind: 'bundle',
      bundlePath: join(folder, 'bundles/a/index.cjs'),
    });
  });

  it('are built once where two functions share image and handler', async () => {
    const images = await build([
      ['./one', 'local/one'],
      ['one/', 'local/one:latest'],
    ]);
    expect(images.get('local/one:latest')).to.have.property(
      'bundlePath',
      join(folder, 'bundles/a/index.cjs'),
    );
  });

  it('are refused where one image has two handlers, naming both functions', async () => {
    const error = await refusal(
      build([
        ['./one', 'local/one'],
        ['./two', 'local/one'],
      ]),
    );
    expect(error).to.have.property('code', 'stack-invalid');
    expect(error.message).to.match(/stack\.yml: functions a and b have the image local\/one:latest/);
    expect(error.message).to.include('./one and ./two');
  });

  it('are refused with the place in a source that can not be bundled', async () => {
    const error = await refusal(build([['./broken', 'local/broken']]));
    expect(error).to.have.property('code', 'bundle-failed');
    expect(error.message).to.match(/^a cannot be bundled .*broken\/handler\.js:1:13/s);
  });

  it('are not blamed on the source where they can not be written', async () => {
    writeFileSync(join(folder, 'bundles'), 'a file in the place of the directory');
    const error = await refusal(build([['./one', 'local/one']]));
    expect(error).to.have.property('code', 'bundle-unwritable');
    expect(error.message).to.include('ENOTDIR').and.to.include(join(folder, 'bundles'));
    expect(error.remedy).to.not.include('source');
  });
});
