import { parseSettings } from '#core/annotations/parse-settings.ts';
import { isOwnFunction } from '#core/chain/own-functions.ts';
import type { LiveFunction } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionSettings } from '#core/policy/settings.ts';
import type { Facts } from '../facts.ts';
import { counted, listed, ok, problem, type Told, unknown } from '../finding.ts';
import { suiteOf } from '../suite.ts';

/** What the annotations of the functions to be sized say, and whether what they ask for can be done. */
export function judgeFunctions(facts: Facts): readonly Told[] {
  const { live } = facts;
  if ('why' in live)
    return [unknown('annotations', live.why, 'Look with a kubeconfig that may list Deployments and pods.')];
  const functions = live.value.filter(({ labels }) => !isOwnFunction(labels)).map(read);
  const wrong = functions.flatMap(({ name, settings }) =>
    typeof settings === 'string'
      ? [
          problem(
            'annotations',
            `${name}: ${settings}`,
            'Correct it in stack.yml and deploy again: until then the function is left alone.',
          ),
        ]
      : [],
  );
  const valid = functions.flatMap(({ name, settings }) =>
    typeof settings === 'string' ? [] : [{ name, settings }],
  );
  const asked = [...wrong, ...judgeScaling(facts, valid)];
  if (functions.length === 0) return [ok('annotations', 'there is no function to size yet')];
  return valid.length === 0 ? asked : [...asked, ok('annotations', validText(valid))];
}

interface Valid {
  readonly name: string;
  readonly settings: FunctionSettings;
}

/** The settings, or what is wrong with them. */
function read({ name, annotations }: LiveFunction): {
  readonly name: string;
  readonly settings: FunctionSettings | string;
} {
  try {
    return { name, settings: parseSettings(annotations) };
  } catch (error) {
    if (error instanceof ForesizeError) return { name, settings: error.message };
    throw error;
  }
}

/** `valid on 12 functions: 3 apply, 8 recommend, 1 off` */
function validText(valid: readonly Valid[]): string {
  const modes = (['apply', 'recommend', 'off'] as const).flatMap((mode) => {
    const count = valid.filter(({ settings }) => settings.mode === mode).length;
    return count === 0 ? [] : [`${count} ${mode}`];
  });
  return `valid on ${counted(valid.length, 'function')}: ${modes.join(', ')}`;
}

const CREDENTIALS = ['basic-auth-user', 'basic-auth-password'];

function judgeScaling(facts: Facts, valid: readonly Valid[]): readonly Told[] {
  const { apply } = suiteOf(facts);
  const scaled = valid.filter(({ settings }) => settings.replicas === 'scale' && settings.mode === 'apply');
  if (scaled.length === 0 || apply.live === null || apply.secrets === null) return [];
  const lacking = CREDENTIALS.filter((secret) => apply.secrets?.includes(secret) !== true);
  if (lacking.length === 0) return [];
  const found = `${listed(scaled.map(({ name }) => name))} asks for foresize/replicas: scale, and apply-resources does not mount ${lacking.join(', ')}`;
  const advice = `Make the secrets, name them under secrets: of apply-resources and deploy it again, or leave replicas to recommend.`;
  return [problem('replicas', found, advice)];
}
