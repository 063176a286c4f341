/** Of a command that may be asked to be quiet. */
export interface QuietFlag {
  readonly quiet?: boolean | undefined;
}

/** A line on stderr, beside what was asked for; none where it is to be quiet. */
export function tell(text: string, { quiet }: QuietFlag): void {
  if (quiet !== true) process.stderr.write(`${text}\n`);
}
