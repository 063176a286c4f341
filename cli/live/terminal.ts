/** Width and colours of standard output; what is no terminal is as wide as `elsewhere` and has no colours. */
export function outputStyle(elsewhere = Infinity): { readonly columns: number; readonly colour: boolean } {
  const { isTTY, columns } = process.stdout;
  if (!isTTY) return { columns: elsewhere, colour: false };
  // A pseudo-terminal that was given no size says 0. NO_COLOR and TERM=dumb are for Node.js to look at.
  return { columns: columns || 80, colour: process.stdout.hasColors() };
}
