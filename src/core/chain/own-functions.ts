/** Label on the functions of the suite: Foresize never sizes its own. */
const PART_OF = 'app.kubernetes.io/part-of';

export function isOwnFunction(labels: Readonly<Record<string, string>>): boolean {
  return labels[PART_OF] === 'foresize';
}
