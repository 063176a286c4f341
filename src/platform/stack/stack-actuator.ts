import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Actuator, LiveFunction, PodOutcome } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { Resources } from '#core/usage/reading.ts';
import { standInPod } from '../kubernetes/pod-facts.ts';
import { cpuChange, differs, memoryChange } from '../kubernetes/resources.ts';
import { editStack, type StackEdit } from './edit-stack.ts';
import { parseStack, readStackText, type StackFunction } from './read-stack.ts';
import type { Environment } from './substitute.ts';

export interface StackActuatorOptions {
  readonly path: string;
  readonly environment: Environment;
}

/**
 * Writes sizes into stack.yml, for the next deploy. The file stands where a pod does in a change: its name is the pod's,
 * its values are both desired and in force.
 */
export function createStackActuator({ path, environment }: StackActuatorOptions): Actuator {
  return {
    name: 'stack',
    plan: (target, to) => {
      const desired = desiredOrTemplate(path, environment, target);
      return differs(desired, to) ? [{ pod: standInPod(target, basename(path), desired), to }] : [];
    },
    apply: (change, signal) => {
      signal.throwIfAborted();
      return Promise.resolve(applyToFile(path, environment, change.pod.functionName, change.to));
    },
  };
}

/** A file that cannot be read is planned for all the same, so that `apply` says why. */
function desiredOrTemplate(path: string, environment: Environment, target: LiveFunction): Resources {
  try {
    return resourcesOf(find(path, readStackText(path), environment, target.name));
  } catch (error) {
    if (error instanceof ForesizeError) return target.template;
    throw error;
  }
}

function applyToFile(path: string, environment: Environment, name: string, to: Resources): PodOutcome {
  const pod = basename(path);
  try {
    const text = readStackText(path);
    const from = resourcesOf(find(path, text, environment, name));
    if (!differs(from, to)) return { pod, result: 'applied', detail: 'already written' };
    replaceFile(path, editStack(text, editTo(name, from, to), path));
    return { pod, result: 'applied', detail: `written to ${path} for the next deploy` };
  } catch (error) {
    if (!(error instanceof ForesizeError)) {
      return {
        pod,
        result: 'failed',
        detail: `${path}: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
    return { pod, result: 'refused', detail: `${error.message}. ${error.remedy}` };
  }
}

function find(path: string, text: string, environment: Environment, name: string): StackFunction {
  const found = parseStack(text, path, environment).functions.find((candidate) => candidate.name === name);
  if (found) return found;
  throw new ForesizeError('stack-edit-refused', `there is no function ${name} in ${path}`);
}

/** Sizes of a function of stack.yml in cores and bytes. Throws `quantity-invalid`. */
export function resourcesOf({ limits, requests }: StackFunction): Resources {
  return {
    cpuRequestCores: requests.cpu === '' ? null : parseCpuCores(requests.cpu),
    cpuLimitCores: limits.cpu === '' ? null : parseCpuCores(limits.cpu),
    memoryRequestBytes: requests.memory === '' ? null : parseMemoryBytes(requests.memory),
    memoryLimitBytes: limits.memory === '' ? null : parseMemoryBytes(limits.memory),
  };
}

/** What differs, memory before CPU: the order in which new lines are written. */
export function editTo(functionName: string, from: Resources, to: Resources): StackEdit {
  const [memory, cpu] = [memoryChange(from, to), cpuChange(from, to)];
  return {
    functionName,
    limits: { ...memory?.limits, ...cpu?.limits },
    requests: { ...memory?.requests, ...cpu?.requests },
  };
}

/** Whole or not at all; a link stays a link, and the mode stays. */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text, { mode: statSync(target).mode & 0o777, flush: true });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
