const CONSONANTS = 'bcdfghjklmnprstvwz';
const VOWELS = 'aeiou';
const WORDS = 20_000;
const WORDS_PER_DOCUMENT = 60;

/** Each document a list of words, the same in every process. */
export function makeCorpus(documents: number): string[][] {
  const random = generator(20_190_501);
  const vocabulary = Array.from({ length: WORDS }, () => makeWord(random));
  return Array.from({ length: documents }, () =>
    Array.from({ length: WORDS_PER_DOCUMENT }, () => vocabulary[rank(random)] ?? ''),
  );
}

/** Few words make up most of a text: the k-th most common has a share of about 1/k (Zipf). */
function rank(random: () => number): number {
  return Math.min(WORDS - 1, Math.floor(WORDS ** random()) - 1);
}

function makeWord(random: () => number): string {
  const syllables = 2 + Math.floor(random() * 3);
  let word = '';
  for (let i = 0; i < syllables; i += 1) {
    word += CONSONANTS.charAt(Math.floor(random() * CONSONANTS.length));
    word += VOWELS.charAt(Math.floor(random() * VOWELS.length));
  }
  return word;
}

/** Park and Miller's minimal standard generator, 1988. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
