import { join, resolve } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { withTag } from '#platform/stack/deploy-body.ts';
import type { Stack, StackFunction } from '#platform/stack/read-stack.ts';
import { bundleFunction } from '#template/bundle.ts';
import type { Image, ImageStore } from '../../local/images/image.ts';

/** Image that OpenFaaS's certifier and tutorials deploy: it forks `envProcess` for each request. */
const FORKING_IMAGES = ['functions/alpine:latest', 'docker.io/functions/alpine:latest'];

/**
 * What the local platform can run: each image of the stack, bundled by its recipe from the handler of its functions.
 * Throws `bundle-failed`, naming function, file and line; `bundle-unwritable` where the system refuses to write; and
 * `stack-invalid` for an image of two handlers.
 */
export async function buildImages(stack: Stack, outDirectory: string): Promise<ImageStore> {
  const built = oneOfEachImage(stack).map(async (source): Promise<[string, Image]> => [
    withTag(source.image),
    { kind: 'bundle', bundlePath: await bundle(source, stack.directory, join(outDirectory, source.name)) },
  ]);
  return new Map([
    ...FORKING_IMAGES.map((image): [string, Image] => [image, { kind: 'fork' }]),
    ...(await Promise.all(built)),
  ]);
}

/** On a cluster the image pushed last would run in all of its functions. */
function oneOfEachImage({ path, directory, functions }: Stack): StackFunction[] {
  const firsts = new Map<string, StackFunction>();
  for (const next of functions) {
    const image = withTag(next.image);
    const first = firsts.get(image);
    if (first === undefined) firsts.set(image, next);
    else if (resolve(directory, first.handler) !== resolve(directory, next.handler)) {
      throw new ForesizeError(
        'stack-invalid',
        `${path}: functions ${first.name} and ${next.name} have the image ${image}, but the handlers ${first.handler} and ${next.handler}: give each an image of its own`,
      );
    }
  }
  return [...firsts.values()];
}

async function bundle({ name, handler }: StackFunction, directory: string, outDir: string): Promise<string> {
  const templateDir = join(import.meta.dirname, '../../template/typescript');
  const handlerDir = join(directory, handler);
  try {
    return (await bundleFunction({ templateDir, handlerDir, outDir })).path;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // The bundler's own findings about a source are no system calls.
    throw cause instanceof Error && 'syscall' in cause
      ? new ForesizeError('bundle-unwritable', `${name} cannot be bundled to ${outDir}: ${reason}`, { cause })
      : new ForesizeError('bundle-failed', `${name} cannot be bundled from ${handlerDir}: ${reason}`, {
          cause,
        });
  }
}
