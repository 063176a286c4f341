import type { FunctionEvent } from '#template/types.ts';

export function answerDirectly(event: FunctionEvent, horizonMs: number): unknown {
  return { event: event.method, horizonMs };
}
