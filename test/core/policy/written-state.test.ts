import { expect } from 'chai';
import fc from 'fast-check';
import { firstContact } from '#core/policy/bookkeeping.ts';
import { fitState } from '#core/policy/remember.ts';
import { type FunctionState, functionStateSchema } from '#core/policy/state.ts';
import { writeState } from '#core/policy/written-state.ts';
import { NOW, SIZES, UID } from './situation.ts';

const NEW = firstContact({ uid: UID, template: SIZES }, NOW);
const read = (text: string): FunctionState => functionStateSchema.parse(JSON.parse(text));

describe('a written state', () => {
  it('reads back as it was, whatever its maxima', () => {
    const column = fc.array(fc.option(fc.integer({ min: 0, max: 10_000_000 })), { maxLength: 25 });
    fc.assert(
      fc.property(column, column, (cpu, memory) => {
        const state = { ...NEW, hourly: { first: 500_000, cpu, memory } };
        expect(read(writeState(state))).to.deep.equal(state);
      }),
    );
  });

  it('is read with maxima and sizes as they once were written', () => {
    const state = { ...NEW, applied: SIZES, daily: { first: 20_000, cpu: [12, null], memory: [null, 40] } };
    expect(read(JSON.stringify(state))).to.deep.equal(state);
  });

  it('lets go of the oldest back-offs where it grows larger than a kilobyte, and of no fact', () => {
    const pods = Array.from({ length: 8 }, (_, index) => `pod-suffix-${index}`);
    const backOff = [1, 2, 3, 4].map((tries) => ({ sizes: `cpu ${tries}/48`, pods, until: 90_000, tries }));
    const full = Array.from({ length: 25 }, (_, index) => 1000 + index);
    const facts = { ...NEW, applied: SIZES, hourly: { first: 500_000, cpu: full, memory: full } };
    const state = fitState({ ...facts, backOff });
    expect(writeState(state).length).to.be.at.most(1000);
    expect(state).to.deep.equal({ ...facts, backOff: state.backOff });
    expect(state.backOff.map(({ tries }) => tries)).to.deep.equal([4]);
  });
});
