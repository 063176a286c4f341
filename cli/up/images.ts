import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import type { Stack } from '#platform/stack/read-stack.ts';
import { bundleFunction } from '#template/bundle.ts';
import type { Image, ImageStore } from '../../local/images/image.ts';

/** Image that OpenFaaS's certifier and tutorials deploy: it forks `envProcess` for each request. */
const FORKING_IMAGES = ['functions/alpine:latest', 'docker.io/functions/alpine:latest'];

/**
 * What the local platform can run: each function of the stack, bundled by the recipe of its image, under its image's
 * name. Throws `bundle-failed`, naming function, file and line.
 */
export async function buildImages(stack: Stack, outDirectory: string): Promise<ImageStore> {
  const templateDir = join(import.meta.dirname, '../../template/typescript');
  const built = stack.functions.map(async ({ name, handler, image }): Promise<[string, Image]> => {
    const handlerDir = join(stack.directory, handler);
    try {
      const { path } = await bundleFunction({ templateDir, handlerDir, outDir: join(outDirectory, name) });
      return [image, { kind: 'bundle', bundlePath: path }];
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ForesizeError('bundle-failed', `${name} cannot be bundled from ${handlerDir}: ${reason}`, {
        cause,
      });
    }
  });
  return new Map([
    ...FORKING_IMAGES.map((image): [string, Image] => [image, { kind: 'fork' }]),
    ...(await Promise.all(built)),
  ]);
}
