import { ERRORS, type ErrorCode } from './registry.ts';

/**
 * An error meant for the person who meets it. The message says what was wrong and where; `status`, `exitCode` and
 * `remedy` come from the registry.
 */
export class ForesizeError extends Error {
  override readonly name = 'ForesizeError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get exitCode(): number {
    return ERRORS[this.code].exitCode;
  }

  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}
