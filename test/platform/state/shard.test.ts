import { expect } from 'chai';
import fc from 'fast-check';
import { entryKey, functionKey, placeEntries } from '#platform/state/shard.ts';

describe('placeEntries', () => {
  const key = fc.stringMatching(/^[a-z]{1,6}\.[a-z]{1,6}$/);
  const entries = fc.dictionary(key, fc.string({ maxLength: 3000 }), { maxKeys: 12, noNullPrototype: true });

  it('puts every entry into exactly one shard, none over the bound unless alone', () => {
    fc.assert(
      fc.property(entries, entries, (first, second) => {
        const before = placeEntries([], new Map(Object.entries(first)), 4000);
        const after = placeEntries(before, new Map(Object.entries(second)), 4000);
        const placed = after.flatMap((shard) => [...shard]);
        expect(placed).to.have.length(Object.keys(second).length);
        expect(Object.fromEntries(placed)).to.deep.equal(second);
        for (const shard of after) {
          const bytes = [...shard.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
          if (shard.size > 1) expect(bytes).to.be.at.most(4000);
        }
      }),
    );
  });

  it('leaves an entry in its shard, and moves one only to a later shard', () => {
    const small = new Map(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((letter): [string, string] => [`n.${letter}`, '1']),
    );
    const before = placeEntries([], small, 4000);
    expect(before.map((shard) => shard.size)).to.deep.equal([3, 3]);
    const grown = placeEntries(before, new Map(small).set('n.a', 'x'.repeat(3500)), 4000);
    const shardOf = (name: string): number => grown.findIndex((shard) => shard.has(name));
    for (const name of small.keys()) {
      expect(shardOf(name)).to.be.at.least(before.findIndex((shard) => shard.has(name)));
    }
  });

  it('gives the same shards for the same entries', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const before = placeEntries([], new Map(Object.entries(all)), 4000);
        expect(placeEntries(before, new Map(Object.entries(all)), 4000)).to.deep.equal(before);
      }),
    );
  });
});

describe('entryKey', () => {
  it('is undone by functionKey', () => {
    expect(functionKey(entryKey('openfaas-fn/qr-code'))).to.equal('openfaas-fn/qr-code');
    expect(functionKey('suite')).to.equal(null);
  });
});
