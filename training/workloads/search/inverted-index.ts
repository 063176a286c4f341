/** A document in which a word occurs, and how often. */
export interface Posting {
  readonly document: number;
  readonly count: number;
}

export interface Index {
  /** In alphabetical order. */
  readonly words: readonly string[];
  /** By the word's place in `words`; documents ascend. */
  readonly postings: readonly (readonly Posting[])[];
  readonly lengths: readonly number[];
}

/** Finds out which documents hold which words. */
export function indexOf(documents: readonly (readonly string[])[]): Index {
  const byWord = new Map<string, Posting[]>();
  documents.forEach((words, document) => {
    for (const [word, count] of countWords(words)) {
      const postings = byWord.get(word);
      if (postings === undefined) byWord.set(word, [{ document, count }]);
      else postings.push({ document, count });
    }
  });
  const words = [...byWord.keys()].sort();
  return {
    words,
    postings: words.map((word) => byWord.get(word) ?? []),
    lengths: documents.map(({ length }) => length),
  };
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
