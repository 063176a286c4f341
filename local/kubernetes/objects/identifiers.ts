import { createHash } from 'node:crypto';

/** The same UUID for the same words: for objects that exist only as seen through others, such as ReplicaSets. */
export function derivedUid(...words: string[]): string {
  const hex = createHash('sha256').update(words.join('\0')).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** The 64 hexadecimal digits a container runtime would have given the pod's container. */
export function containerId(podUid: string, restarts: number): string {
  return createHash('sha256').update(`${podUid}\0${restarts}`).digest('hex');
}

/** `qrcode-7d9f-abcde` belongs to the ReplicaSet `qrcode-7d9f`. */
export function replicaSetName(podName: string): string {
  return podName.replace(/-[^-]*$/, '');
}
