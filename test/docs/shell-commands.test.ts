import { expect } from 'chai';
import { shellCommandsIn } from './shell-commands.ts';

describe('the commands of a page', () => {
  const textsIn = (markdown: string): string[] =>
    shellCommandsIn('page.md', markdown).map(({ text }) => text);

  it('are the lines of blocks marked sh, and of no others', () => {
    const page = '```sh\none\n\ntwo\n```\n```text\nnot this\n```\n```\nnor this\n```\n\n```sh\nthree\n```\n';
    expect(textsIn(page)).to.deep.equal(['one', 'two', 'three']);
    expect(shellCommandsIn('page.md', page)[2]).to.include({ page: 'page.md', line: 14 });
  });

  it('go on where a quotation or a backslash does', () => {
    expect(textsIn(`\`\`\`sh\ncurl -d '[\n  {"a": 1}]'\nls \\\n  -l\n\`\`\`\n`)).to.deep.equal([
      `curl -d '[\n  {"a": 1}]'`,
      'ls \\\n  -l',
    ]);
  });

  it('are refused where a block ends within one', () => {
    expect(() => textsIn("```sh\necho 'open\n```\n")).to.throw('page.md:2');
  });
});
