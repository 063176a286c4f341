import * as z from 'zod';
import { inLanes } from '#core/chain/in-lanes.ts';
import type { ApiServer } from '#platform/http/api-server.ts';
import type { Granted } from '../facts.ts';
import { type Right, rightText } from '../rights.ts';
import { type Seen, see } from '../seen.ts';
import { answerAs, ask } from './ask.ts';

const PARALLEL = 8;

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** A service account of the functions' namespace. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** What the API server itself says that the account may do. It is asked, and keeps nothing of it. */
export function lookAtRights(
  server: ApiServer,
  account: Account,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<Seen<Granted>> {
  return see(signal, async () => {
    const answers = await inLanes(rights, PARALLEL, async (right) => {
      const body = JSON.stringify(reviewOf(account, right));
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
      const answer = await ask(server, path, { method: 'POST', body, signal });
      const { status } = answerAs(`question what ${account.name} may do`, reviewSchema, answer, [200, 201]);
      return [rightText(right), status.allowed] as const;
    });
    return new Map(answers);
  });
}

function reviewOf({ namespace, name: account }: Account, right: Right): object {
  const { verb, resource: path, group = '', name, scope } = right;
  const [resource, subresource] = path.split('/');
  const elsewhere = namespace === 'default' ? 'kube-system' : 'default';
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${namespace}:${account}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      resourceAttributes: {
        verb,
        group,
        resource,
        ...(subresource === undefined ? {} : { subresource }),
        ...(name === undefined ? {} : { name }),
        ...(scope === 'cluster' ? {} : { namespace: scope === 'elsewhere' ? elsewhere : namespace }),
      },
    },
  };
}
