import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import { PAGES, readPage, ROOT } from './pages.ts';

const LINKED = [
  ...PAGES,
  ...['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'deploy/README.md', 'functions/page/README.md'],
  ...['functions/predict-resources/model/MODEL_CARD.md', 'template/typescript/README.md'],
  ...['training/generate/README.md', 'training/recordings/README.md', 'training/seed-study/README.md'],
];

const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^( {0,3})```[^]*?^\1```/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.slice(1, -1));

/** As GitHub makes them of headings: lower case, no punctuation, `-` for each space. */
function anchorsOf(markdown: string): Set<string> {
  return new Set(
    [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** What a page refers to: links, pictures, and those of HTML. */
function targetsIn(markdown: string): string[] {
  const text = withoutCode(markdown);
  return [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)].map(
    ([, link, attribute]) => link ?? attribute ?? '',
  );
}

describe('the links of the documentation', () => {
  for (const page of LINKED) {
    it(`lead from ${page} to what is there`, () => {
      for (const target of targetsIn(readPage(page))) {
        if (/^https?:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
        expect(existsSync(file), `${page}: ${target}`).to.equal(true);
        if (anchor !== undefined) {
          expect([...anchorsOf(readPage(relative(ROOT, file)))], `${page}: ${target}`).to.include(anchor);
        }
      }
    });
  }

  it('reach every page of docs/ from the README', () => {
    const reached = new Set<string>();
    const visit = (page: string): void => {
      if (reached.has(page)) return;
      reached.add(page);
      for (const target of targetsIn(readPage(page))) {
        const path = target.split('#')[0] ?? '';
        const next = relative(ROOT, join(ROOT, dirname(page), path));
        if (PAGES.includes(next)) visit(next);
      }
    };
    visit('README.md');
    expect([...PAGES].filter((page) => !reached.has(page))).to.deep.equal([]);
  });
});
