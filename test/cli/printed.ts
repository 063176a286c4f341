/** What a command prints on standard output, run in this process. */
export async function printed(run: () => Promise<unknown>): Promise<string> {
  let text = '';
  await redirected(process.stdout, (chunk) => (text += chunk), run);
  return text;
}

/** Runs with what is written to `stream` given to `take` instead. */
export async function redirected(
  stream: NodeJS.WriteStream,
  take: (text: string) => unknown,
  run: () => Promise<unknown>,
): Promise<void> {
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array): boolean => {
    take(String(chunk));
    return true;
  };
  try {
    await run();
  } finally {
    stream.write = write;
  }
}

/** The exit code that a command gives this process, which does not keep it. */
export async function exitCodeOf(run: () => Promise<unknown>): Promise<unknown> {
  process.exitCode = 0;
  try {
    await run();
    return process.exitCode;
  } finally {
    process.exitCode = undefined;
  }
}
