import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

/**
 * A fixed amount of work, shared by so many of libuv's threads (4 at most, unless UV_THREADPOOL_SIZE says otherwise). On
 * one thread 1000 iterations take about half a millisecond.
 */
export async function work(iterations: number, threads: number): Promise<void> {
  const each = Math.ceil(iterations / threads);
  await Promise.all(Array.from({ length: threads }, () => derive('secret', 'salt', each, 32, 'sha256')));
}
