import { expect } from 'chai';
import { makeCorpus } from '../../../training/workloads/search/corpus.ts';
import { indexOf } from '../../../training/workloads/search/inverted-index.ts';
import { search } from '../../../training/workloads/search/query.ts';

const DOCUMENTS = [
  ['bread', 'butter', 'milk'],
  ['milk', 'milk', 'honey'],
  ['bread', 'salt', 'salt'],
  ['tea', 'honey', 'lemon'],
];

const found = (text: string, most = 10): number[] =>
  search(indexOf(DOCUMENTS), text, most).map(({ document }) => document);

describe('the search workload', () => {
  it('finds the documents that hold a word, those first that hold it more often', () => {
    expect(found('mi')).to.deep.equal([1, 0]);
  });

  it('ranks those first that match more of the words', () => {
    expect(found('br sa')[0]).to.equal(2);
  });

  it('takes a rare word for more telling than a common one', () => {
    const documents = [['aa', 'x'], ['aa', 'bb'], ['aa', 'y'], ['aa', 'z'], ['bb']];
    const [first] = search(indexOf(documents), 'aa bb', 1);
    expect(first?.document).to.equal(1);
    expect(search(indexOf(documents), 'bb', 5)[0]?.score).to.be.above(
      search(indexOf(documents), 'aa', 5)[0]?.score ?? 0,
    );
  });

  it('cuts what it is asked into pieces of two letters, each for all words that begin with it', () => {
    expect(found('bu').sort()).to.deep.equal([0]);
    expect(found('bubr').sort()).to.deep.equal([0, 2]);
    expect(found('TEA').sort()).to.deep.equal([3]);
  });

  it('finds nothing for what begins no word', () => {
    expect(found('zz')).to.deep.equal([]);
    expect(found('123 -_')).to.deep.equal([]);
    expect(found('')).to.deep.equal([]);
  });

  it('gives no more than it was asked for, the best of them', () => {
    const all = search(indexOf(makeCorpus(300)), 'babida', 300);
    expect(all.length).to.be.above(20);
    expect(search(indexOf(makeCorpus(300)), 'babida', 7)).to.deep.equal(all.slice(0, 7));
    expect(all.map(({ score }) => score)).to.deep.equal(
      all.map(({ score }) => score).toSorted((a, b) => b - a),
    );
  });

  it('knows few words that are common and many that are rare, the same in every process', () => {
    const { words, postings } = indexOf(makeCorpus(400));
    const counts = postings.map(({ length }) => length).sort((a, b) => b - a);
    expect(counts[0]).to.be.above(300);
    expect(counts[Math.floor(words.length / 2)]).to.be.below(5);
    expect(makeCorpus(2)[1]?.slice(0, 3)).to.deep.equal(makeCorpus(5)[1]?.slice(0, 3));
  });
});
