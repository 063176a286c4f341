/** What a reader of an error needs beside its message: the HTTP status and exit code it becomes, and the remedy. */
export interface ErrorKind {
  readonly status: number;
  readonly exitCode: number;
  readonly remedy: string;
}

const kind = (status: number, exitCode: number, remedy: string): ErrorKind => ({ status, exitCode, remedy });

/** Every error Foresize raises on purpose, by its stable code, in alphabetical order. Exit codes: 1 failed, 2 wrong input. */
export const ERRORS = {
  'annotation-invalid': kind(
    400,
    2,
    'Correct the annotation in stack.yml and deploy again; until then the function is skipped.',
  ),
  'configuration-invalid': kind(500, 2, 'Correct the named environment variable and restart.'),
  'duration-invalid': kind(400, 2, 'Write a duration as 15s, 1m30s, 1h or 8d.'),
  'quantity-invalid': kind(400, 2, 'Write CPU as 100m or 0.5, memory as 40Mi or 64M.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;
