import { fileURLToPath } from 'node:url';
import { ForesizeError } from '#core/errors/error.ts';
import type { RunningSource } from '#platform/sources/configured-source.ts';
import type { FunctionContext, FunctionEvent, FunctionLog, FunctionResponse } from '#template/types.ts';
import { createPageAnswers } from '#page/answer.ts';
import { type Assets, readAssets } from '#page/assets.ts';
import { readConfig } from './config.ts';
import { connect } from './connect.ts';
import { createTokenCheck, readToken } from './token.ts';

/** Written by `npm run page:function`, and taken along into the image. */
const STATIC = fileURLToPath(new URL('./static', import.meta.url));

/** As often as the chain sizes: whoever opens the page sees the forecasts of the last hour. */
const LOOK_EVERY_MS = 60_000;

let answer: ReturnType<typeof createPageAnswers>;
let source: RunningSource;
let timer: NodeJS.Timeout;

/** Fails, and so keeps the function from ever being ready, without token or identity, or with a wrong variable. */
export async function start(log: FunctionLog): Promise<void> {
  const config = readConfig(process.env);
  const isAllowed = createTokenCheck(readToken(config.SECRETS_PATH));
  const connected = connect(config, log);
  const { data } = connected;
  const onProblem = (err: unknown): void => {
    log.error({ err }, 'the page could not be read');
  };
  answer = createPageAnswers({ assets: await assets(), data, isAllowed, onProblem, compresses: true });
  source = connected.source;
  await source.start();
  timer = setInterval(() => {
    data.list(AbortSignal.timeout(LOOK_EVERY_MS)).catch(onProblem);
  }, LOOK_EVERY_MS);
}

export async function stop(): Promise<void> {
  clearInterval(timer);
  await source.stop();
}

/** The page's files to anyone; what it shows, to those with the token alone. */
export default function handle(event: FunctionEvent, { signal }: FunctionContext): Promise<FunctionResponse> {
  return answer(event, signal);
}

async function assets(): Promise<Assets> {
  try {
    return await readAssets(STATIC);
  } catch (cause) {
    throw new ForesizeError('page-unbuilt', `the page's files are not at ${STATIC}`, { cause });
  }
}
