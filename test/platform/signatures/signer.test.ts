import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { assertFresh, assertMatches, type Hop } from '#core/chain/envelope.ts';
import { createSigner } from '#platform/signatures/signer.ts';
import { codeOf } from '../../support/failure.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const envelope = { hop: 'apply', installation: 'here', cycle: 7, shard: 2, timeMs: 1_000_000 } as const;
const expected = { hop: 'apply', installation: 'here' } as const;
const body = Buffer.from('{"cycle":7}');

describe('a signed message', () => {
  const key = newKey();
  const signer = createSigner(key);

  it('is accepted by whoever holds the key, with every field of its envelope', () => {
    const signed = signer.verify(expected, body, signer.sign(envelope, body));
    expect(signed).to.include(envelope);
  });

  it('is refused without a signature', () => {
    expect(codeOf(() => signer.verify(expected, body, undefined))).to.equal('signature-missing');
  });

  it('is refused when any byte of the body differs', () => {
    const header = signer.sign(envelope, body);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(body);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(codeOf(() => signer.verify(expected, changed, header))).to.equal('signature-invalid');
      }),
    );
  });

  for (const [field, value] of [
    ['cycle', '8'],
    ['shard', '3'],
    ['time', '1000001'],
  ] as const) {
    it(`is refused when its ${field} was changed`, () => {
      const header = signer.sign(envelope, body).replace(new RegExp(`${field}=\\d+`), `${field}=${value}`);
      expect(codeOf(() => signer.verify(expected, body, header))).to.equal('signature-invalid');
    });
  }

  for (const hop of ['collect', 'predict'] as const satisfies readonly Hop[]) {
    it(`made for the hop ${hop} is worthless on the hop apply, even with its name changed`, () => {
      const header = signer.sign({ ...envelope, hop }, body);
      expect(codeOf(() => signer.verify(expected, body, header))).to.equal('signature-invalid');
      const renamed = header.replace(`hop=${hop}`, 'hop=apply');
      expect(codeOf(() => signer.verify(expected, body, renamed))).to.equal('signature-invalid');
    });
  }

  it('of another installation is refused, though the key is the same', () => {
    const header = signer.sign({ ...envelope, installation: 'there' }, body);
    expect(codeOf(() => signer.verify(expected, body, header))).to.equal('signature-invalid');
  });

  for (const [what, change] of [
    ['text after a second space', (header: string) => `${header} and more`],
    ['a field given twice', (header: string) => header.replace('cycle=7', 'cycle=8,cycle=7')],
    ['a field that nobody knows', (header: string) => `${header},more=1`],
    ['its fields in another order', (header: string) => header.replace('cycle=7,shard=2', 'shard=2,cycle=7')],
    ['a number with leading zeros', (header: string) => header.replace('cycle=7', 'cycle=007')],
    ['another version', (header: string) => header.replace('v1', 'v2')],
  ] as const) {
    it(`with ${what} is refused, though its MAC is right`, () => {
      const header = signer.sign(envelope, body);
      const changed = change(header);
      expect(changed).not.to.equal(header);
      expect(codeOf(() => signer.verify(expected, body, changed))).to.equal('signature-invalid');
    });
  }

  it('never crashes the verifier, whatever the header holds', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(codeOf(() => signer.verify(expected, body, header))).to.match(/^signature-(invalid|missing)$/);
      }),
    );
  });
});

describe('key rotation', () => {
  const [older, newer] = [newKey(), newKey()];

  it('lets both keys verify while both are in the secret, and signs with the first', () => {
    const both = createSigner(`${newer}\n${older}\n`);
    expect(codeOf(() => both.verify(expected, body, createSigner(older).sign(envelope, body)))).to.equal(
      'accepted',
    );
    expect(codeOf(() => createSigner(newer).verify(expected, body, both.sign(envelope, body)))).to.equal(
      'accepted',
    );
  });

  it('ends with the old key refused', () => {
    const header = createSigner(older).sign(envelope, body);
    expect(codeOf(() => createSigner(newer).verify(expected, body, header))).to.equal('signature-invalid');
  });

  for (const [what, secret] of [
    ['an empty secret', '\n'],
    ['a key of less than 32 bytes', Buffer.from('short').toString('base64')],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(codeOf(() => createSigner(secret))).to.equal('key-invalid');
    });
  }
});

describe('the age of a message', () => {
  const now = 10_000_000;
  for (const [age, periodMs, verdict] of [
    [0, 15_000, 'accepted'],
    [60_000, 15_000, 'accepted'],
    [60_001, 15_000, 'message-stale'],
    [120_000, 60_000, 'accepted'],
    [120_001, 60_000, 'message-stale'],
    [-60_000, 15_000, 'accepted'],
    [-60_001, 15_000, 'message-stale'],
  ] as const) {
    it(`of ${age} ms at a period of ${periodMs} ms is ${verdict}`, () => {
      expect(
        codeOf(() => {
          assertFresh(now - age, now, periodMs);
        }),
      ).to.equal(verdict);
    });
  }

  it('is not enough: the body must name the same cycle and shard as the signature', () => {
    expect(
      codeOf(() => {
        assertMatches(envelope, { installation: 'here', cycle: 8, shard: 2 });
      }),
    ).to.equal('message-invalid');
  });
});
