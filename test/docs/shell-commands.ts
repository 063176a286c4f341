/** A command line of a documentation page, as a reader would paste it. */
export interface ShellCommand {
  readonly page: string;
  /** Of its first line in the page, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The commands of every block marked `sh`, in order: a line each, or several where a quotation or `\` goes on. */
export function shellCommandsIn(page: string, markdown: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let begun: ShellCommand | null = null;
  let isShell = false;
  markdown.split('\n').forEach((text, index) => {
    const fence = /^ {0,3}```(\w*)\s*$/.exec(text);
    if (fence !== null) {
      if (begun !== null) throw new Error(`${page}:${begun.line}: the block ends within a quotation`);
      isShell = !isShell && fence[1] === 'sh';
    } else if (isShell && (begun !== null || text.trim() !== '')) {
      const whole: ShellCommand =
        begun === null ? { page, line: index + 1, text } : { ...begun, text: `${begun.text}\n${text}` };
      begun = isWhole(whole.text) ? null : whole;
      if (begun === null) commands.push(whole);
    }
  });
  return commands;
}

/** Whether no quotation is open at the end, and the last line does not go on with `\`. */
function isWhole(text: string): boolean {
  let quote = '';
  for (const character of text.replaceAll(/\\[^]/g, '')) {
    if (quote === '' ? character === "'" || character === '"' : character === quote) {
      quote = quote === '' ? character : '';
    }
  }
  return quote === '' && !text.endsWith('\\');
}
