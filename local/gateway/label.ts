import { z } from 'zod';

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_PREFIX = 253;

/** Kubernetes' qualified name: `team`, `example.com/team`. */
function isQualifiedName(text: string): boolean {
  const [name = '', prefix, ...more] = text.split('/').reverse();
  if (more.length > 0 || !NAME.test(name)) return false;
  return prefix === undefined || (prefix.length <= LONGEST_PREFIX && PREFIX.test(prefix));
}

const keyOf = (kind: string, isKey: (text: string) => boolean) =>
  z.string().refine(isKey, {
    error: ({ input }) =>
      `${JSON.stringify(input)} is no key of ${kind}: at most 63 letters, digits, -, _ and ., before it perhaps a DNS name and /`,
  });

const labelValue = z.string().regex(/^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/, {
  error: ({ input }) =>
    `${JSON.stringify(input)} is not a label value: at most 63 letters, digits, -, _ and .`,
});

/** Labels by the rules of the API server. */
export const labelMap = z.record(keyOf('a label', isQualifiedName), labelValue);

/** Annotations by the rules of the API server, which takes a prefix in any case here. */
export const annotationMap = z.record(
  keyOf('an annotation', (text) => isQualifiedName(text.toLowerCase())),
  z.string(),
);
