import type { FunctionEvent, FunctionLog, FunctionResponse } from '#template/types.ts';
import { makeCorpus } from './corpus.ts';
import { type Index, indexOf } from './inverted-index.ts';
import { search } from './query.ts';

const DOCUMENTS = 40_000;
/** Results of an answer. */
const MOST_RESULTS = 10;

let index: Index;

/** Costs a CPU-second or two and about a hundred megabytes, before the first call is taken. */
export function start(log: FunctionLog): void {
  index = indexOf(makeCorpus(DOCUMENTS));
  log.info({ event: 'index', documents: DOCUMENTS, words: index.words.length }, 'the index is built');
}

/** Words in, the documents that match them best out. Cheap beside the start: what it costs varies with how common the words are. */
export default function handle(event: FunctionEvent): FunctionResponse {
  return { body: { results: search(index, event.text(), MOST_RESULTS) } };
}
