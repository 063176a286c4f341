import { ERRORS } from '#core/errors/registry.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Every error, from the registry that they are raised by. */
export function errorsSection(): string {
  const rows = Object.entries(ERRORS).map(([name, { meaning, remedy, status, exitCode }]) => [
    code(name),
    meaning,
    remedy,
    String(status),
    String(exitCode),
  ]);
  return markdownTable(['code', 'what it means', 'what to do', 'HTTP', 'exit code'], rows);
}
