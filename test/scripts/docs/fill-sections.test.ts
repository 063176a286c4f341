import { expect } from 'chai';
import { fillSections } from '../../../scripts/docs/fill-sections.ts';

const PAGE = `# Page

<!-- generated: one -->

old

<!-- /generated -->

between

<!-- generated: two --><!-- /generated -->
`;
const SECTIONS = { one: () => 'first', two: () => Promise.resolve('second') };

describe('the generated sections of a page', () => {
  it('are written between their marks, and nothing else is', async () => {
    const filled = await fillSections(PAGE, SECTIONS);
    expect(filled).to.equal(`# Page

<!-- generated: one -->

first

<!-- /generated -->

between

<!-- generated: two -->

second

<!-- /generated -->
`);
    expect(await fillSections(filled, SECTIONS)).to.equal(filled);
  });

  it('are refused by a name that there is not', async () => {
    const refused: unknown = await fillSections(PAGE, { one: SECTIONS.one }).catch((error: unknown) => error);
    expect(String(refused)).to.include('no generated section two');
  });

  it('may hold what a replacement would take for a pattern', async () => {
    const filled = await fillSections('<!-- generated: one --><!-- /generated -->', {
      one: () => "$& $' $1",
    });
    expect(filled).to.include("$& $' $1");
  });
});
