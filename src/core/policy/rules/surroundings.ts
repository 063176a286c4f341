import type { Rule } from '../context.ts';
import { remark } from '../context.ts';

/** Says what could not be read of what surrounds the functions, and why running pods cannot be resized. Changes nothing. */
export const surroundings: Rule = (context, draft) => {
  const { unknown } = context.surroundings;
  const told = unknown.length === 0 ? draft : remark(draft, 'surroundings', null, unknown.join('; '));
  return context.resizeHeld === null ? told : remark(told, 'in-place', null, context.resizeHeld);
};
