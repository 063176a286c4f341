import type { Facts, IdentityFacts, Role, TokenFacts } from '../facts.ts';
import { ROLES } from '../facts.ts';
import { listed, ok, problem, type Told, unknown, warning } from '../finding.ts';
import { excessiveRights, neededRights, rightText, type Source } from '../rights.ts';
import { valueIn } from '../seen.ts';
import { membersOf, suiteOf, type Suite } from '../suite.ts';

/** The accounts' tokens, the key, who mounts them, and what the accounts may do. */
export function judgeIdentities(facts: Facts): readonly Told[] {
  const { identities } = facts;
  const install = installAdvice(facts);
  if (isNothingInstalled(facts))
    return [problem('installation', `nothing of deploy/ is in the namespace ${facts.namespace}`, install)];
  const suite = suiteOf(facts);
  const source = suite.collect.config?.METRICS_SOURCE ?? 'scrape';
  return [
    ...ROLES.map((role) => judgeToken(role, identities.tokens[role], facts)),
    judgeKey(identities, facts),
    ...judgeMounts(suite),
    ...judgeStrangers(facts),
    ...judgeAllRights(identities, source),
  ];
}

/** All that deploy/ puts there was looked for, and none found. */
export function isNothingInstalled({
  identities: { tokens, key },
  chain: { cycle, killSwitch },
}: Facts): boolean {
  const seen = [tokens.reader.secret, tokens.writer.secret, key, cycle, killSwitch];
  return seen.every((one) => 'value' in one && one.value === null);
}

export const installAdvice = ({ isLocal, namespace }: Pick<Facts, 'isLocal' | 'namespace'>): string =>
  isLocal
    ? 'Start the platform again: foresize up makes it.'
    : `Install it: helm install foresize deploy/helm/foresize --namespace ${namespace} (helm upgrade where it is installed).`;

const READS = 'Look with a kubeconfig that may read secrets.';

/** Keys that a token's secret is mounted with. */
const TOKEN_KEYS = ['token', 'ca.crt', 'namespace'];

function judgeToken(role: Role, { secret, accepted }: TokenFacts, facts: Facts): Told {
  const check = `foresize-${role}`;
  if ('why' in secret) return unknown(check, secret.why, READS);
  if (secret.value === null) return problem(check, 'there is no such secret', installAdvice(facts));
  const lacking = TOKEN_KEYS.filter((key) => !secret.value?.keys.includes(key));
  if (lacking.length > 0) {
    const advice = `Create the service account ${secret.value.account} first, and then this secret: Kubernetes fills it.`;
    return problem(check, `the secret has no ${lacking.join(', no ')}`, advice);
  }
  if (accepted === null) return problem(check, 'its token is empty', installAdvice(facts));
  if ('why' in accepted) return unknown(check, `whether its token is taken: ${accepted.why}`, 'Look again.');
  if (!accepted.value) {
    const advice = facts.isLocal
      ? installAdvice(facts)
      : `Its account was made again: delete the secret, ${lowerFirst(installAdvice(facts))} and deploy the function again.`;
    return problem(check, 'the API server does not take its token', advice);
  }
  return ok(check, `a token of ${secret.value.account}, taken by the API server`);
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');

function judgeKey({ key }: IdentityFacts, { namespace, isLocal }: Facts): Told {
  const check = 'foresize-key';
  const make = isLocal
    ? 'Start the platform again: foresize up makes it.'
    : `faas-cli secret create foresize-key --namespace ${namespace} --from-literal="$(openssl rand -base64 32)"`;
  if ('why' in key) return unknown(check, key.why, READS);
  if (key.value === null) return problem(check, 'there is no such secret', make);
  const { keys, wrong } = key.value;
  if (wrong !== null) {
    const advice =
      'Make it again, base64 of 32 random bytes, one key a line, and deploy the three functions again.';
    return problem(check, wrong, advice);
  }
  if (keys === 1) return ok(check, 'one key');
  if (keys === 2) return ok(check, 'two keys: one is being rotated');
  return warning(
    check,
    `${keys} keys are valid`,
    'Drop those that are no longer used, and deploy the three functions again.',
  );
}

/** Secrets that each function must mount. */
const MOUNTS: Readonly<Record<string, readonly string[]>> = {
  'collect-metrics': ['foresize-key', 'foresize-reader'],
  'predict-resources': ['foresize-key'],
  'apply-resources': ['foresize-key', 'foresize-writer'],
};

function judgeMounts(suite: Suite): readonly Told[] {
  return membersOf(suite).flatMap(({ name, live, secrets }) => {
    if (live === null || secrets === null) return [];
    const wanted = MOUNTS[name] ?? [];
    const lacking = wanted.filter((secret) => !secrets.includes(secret));
    const extra = ['foresize-reader', 'foresize-writer'].filter(
      (secret) => secrets.includes(secret) && !wanted.includes(secret),
    );
    const advice = `Set secrets: of ${name} in stack.yml to ${wanted.join(', ')} and deploy it again.`;
    return [
      ...(lacking.length === 0
        ? []
        : [problem('secrets', `${name} does not mount ${lacking.join(', ')}`, advice)]),
      ...(extra.length === 0
        ? []
        : [warning('secrets', `${name} mounts ${extra.join(', ')}, which it has no use for`, advice)]),
    ];
  });
}

const OURS = ['foresize-key', 'foresize-reader', 'foresize-writer'];

/** What one of the suite has no use for is told of above; the page reads as the reader does. */
const MAY_MOUNT: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(MOUNTS).map((name) => [name, OURS])),
  page: ['foresize-reader'],
};

/** A function that mounts what signs and sizes can do both. */
function judgeStrangers({ deployed }: Facts): readonly Told[] {
  if ('why' in deployed) {
    const advice = 'Look with a kubeconfig that may list Deployments, or the password of the gateway.';
    return [unknown('secrets', deployed.why, advice)];
  }
  const strangers = deployed.value.filter(({ name, secrets }) => {
    const allowed = MAY_MOUNT[name] ?? [];
    return secrets.some((secret) => OURS.includes(secret) && !allowed.includes(secret));
  });
  if (strangers.length === 0) return [ok('secrets', 'mounted by the functions of the suite only')];
  const names = listed(strangers.map(({ name }) => name));
  const advice =
    'Take them out of secrets: in its stack.yml, deploy it again, and make the key and the tokens new.';
  return [problem('secrets', `${names} can sign messages, or read and size all functions`, advice)];
}

type Rights = NonNullable<IdentityFacts['rights']>;

function judgeAllRights({ rights, tokens }: IdentityFacts, source: Source): readonly Told[] {
  if (rights === null) return [];
  const unread = Object.values(rights).flatMap((granted) => ('why' in granted ? [granted.why] : []));
  const [first] = unread;
  if (first !== undefined)
    return [unknown('rights', first, 'Look with a kubeconfig that may create subjectaccessreviews.')];
  return [
    ...ROLES.flatMap((role) => judgeRights(role, rights, tokens, source)),
    judgeDefaultAccount(rights, source),
  ];
}

function judgeRights(
  role: Role,
  rights: Rights,
  tokens: IdentityFacts['tokens'],
  source: Source,
): readonly Told[] {
  const check = `rights of ${role}`;
  const granted = valueIn(rights[role]);
  const text = (all: readonly Parameters<typeof rightText>[0][], wanted: boolean): readonly string[] =>
    all.map(rightText).filter((right) => (granted?.get(right) ?? false) === wanted);
  const missing = text(neededRights(role, source), false);
  const extra = text(excessiveRights(role, source), true);
  const account = valueIn(tokens[role].secret)?.account ?? `foresize-${role}`;
  if (missing.length === 0 && extra.length === 0)
    return [ok(check, `${account} may do what it needs, and none of what it must not`)];
  const roles =
    'The roles of deploy/ grant what is needed and no more: install them, and remove other bindings of this account.';
  return [
    ...(missing.length === 0 ? [] : [problem(check, `${account} may not ${missing.join(', ')}`, roles)]),
    ...(extra.length === 0
      ? []
      : [
          warning(
            check,
            `${account} may, and need not: ${extra.join(', ')}`,
            excessAdvice(extra, source, roles),
          ),
        ]),
  ];
}

/** What the chart grants for another source goes with it. */
function excessAdvice(extra: readonly string[], source: Source, roles: string): string {
  const onlyKubelets = extra.every((right) => right === 'get nodes/proxy');
  return onlyKubelets && source !== 'scrape'
    ? `helm upgrade with --set metricsSource=${source} takes it back.`
    : roles;
}

/** Every other function runs as this account, and its token may be mounted. */
function judgeDefaultAccount(rights: Rights, source: Source): Told {
  const check = 'rights of others';
  const granted = valueIn(rights.default);
  const account = 'the account default, as which other functions run,';
  const extra = excessiveRights('default', source)
    .map(rightText)
    .filter((right) => granted?.get(right) === true);
  if (extra.length === 0) return ok(check, `${account} may read no secret and size nothing`);
  const advice =
    'Remove the bindings of the account default in this namespace: what it may do, every function may.';
  return problem(check, `${account} may ${extra.join(', ')}`, advice);
}
