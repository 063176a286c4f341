export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
