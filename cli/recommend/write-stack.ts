import type { Recommendation } from '#core/recommend/recommendation.ts';
import { editStack } from '#platform/stack/edit-stack.ts';
import { parseStack, readStackText } from '#platform/stack/read-stack.ts';
import { editTo, replaceFile, resourcesOf } from '#platform/stack/stack-actuator.ts';

/** What became of each function, by name. */
export interface WrittenStack {
  readonly written: readonly string[];
  /** The file says so already. */
  readonly same: readonly string[];
  /** The file does not have it. */
  readonly absent: readonly string[];
}

/**
 * Writes the recommended sizes into stack.yml, all or none, whatever it says now; comments and order stay. Throws
 * `stack-unreadable`, `stack-invalid` and `stack-edit-refused`.
 */
export function writeStack(recommendations: readonly Recommendation[], path: string): WrittenStack {
  const before = readStackText(path);
  const { functions } = parseStack(before, path, process.env);
  const done = { written: [] as string[], same: [] as string[], absent: [] as string[] };
  let after = before;
  for (const { name, to } of recommendations) {
    const found = functions.find((candidate) => candidate.name === name);
    if (found === undefined) {
      done.absent.push(name);
      continue;
    }
    const from = resourcesOf(found);
    // One that the running pods still have may have been taken out on purpose.
    const wanted = from.cpuLimitCores === null ? { ...to, cpuLimitCores: null } : to;
    const edited = editStack(after, editTo(name, from, wanted), path);
    (edited === after ? done.same : done.written).push(name);
    after = edited;
  }
  if (after !== before) replaceFile(path, after);
  return done;
}

/** A line for each thing that there is to say of it. */
export function writtenLines({ written, same, absent }: WrittenStack, path: string): readonly string[] {
  return [
    ...(written.length > 0 ? [`wrote ${written.join(', ')} to ${path}`] : []),
    ...(same.length > 0 ? [`${path} says so already of ${same.join(', ')}`] : []),
    ...(absent.length > 0 ? [`not in ${path}: ${absent.join(', ')}`] : []),
  ];
}
