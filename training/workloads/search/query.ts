import type { Index } from './inverted-index.ts';

export interface Result {
  readonly document: number;
  readonly score: number;
}

/** Of BM25: how fast repetitions of a word stop counting, and how much a document's length counts (Robertson and Zaragoza, 2009). */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;
/** Letters that are looked up: longer words of a query are cut into pieces of as many. */
const PREFIX_LENGTH = 2;

/** The best documents by BM25. What is asked for are pieces of words: each stands for all words that begin with it. */
export function search({ words, postings, lengths }: Index, text: string, most: number): Result[] {
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const scores = new Float64Array(lengths.length);
  for (const prefix of prefixesOf(text)) {
    for (let at = firstFrom(words, prefix); words[at]?.startsWith(prefix) === true; at += 1) {
      const found = postings[at] ?? [];
      const rarity = Math.log(1 + (lengths.length - found.length + 0.5) / (found.length + 0.5));
      for (const { document, count } of found) {
        const length = 1 - LENGTH_SHARE + (LENGTH_SHARE * (lengths[document] ?? 0)) / meanLength;
        const score = (rarity * count * (SATURATION + 1)) / (count + SATURATION * length);
        scores[document] = (scores[document] ?? 0) + score;
      }
    }
  }
  return best(scores, most);
}

/** The `most` highest above 0, the highest first; in the order of documents where they are equal. */
function best(scores: Float64Array, most: number): Result[] {
  const results: Result[] = [];
  scores.forEach((score, document) => {
    if (score <= 0 || (results.length === most && score <= (results.at(-1)?.score ?? 0))) return;
    const place = results.findIndex((result) => result.score < score);
    results.splice(place === -1 ? results.length : place, 0, { document, score });
    if (results.length > most) results.pop();
  });
  return results;
}

function prefixesOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(new RegExp(`[a-z]{1,${PREFIX_LENGTH}}`, 'g')));
}

/** Place of the first word that is not before `prefix`. */
function firstFrom(words: readonly string[], prefix: string): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
