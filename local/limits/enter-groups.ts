import type { Command } from './limiter.ts';

/**
 * A command that moves itself into the groups before it becomes `command`, so that nothing of it runs outside. The pid
 * stays; where a group can't be entered it ends with 1 and says so on stderr.
 */
export function enterGroups(procsFiles: readonly string[], { program, args }: Command): Command {
  const count = procsFiles.length;
  const writes = procsFiles.map((_, index) => `echo $$ > "$${index + 1}"`).join(' && ');
  return {
    program: '/bin/sh',
    args: ['-c', `${writes} && shift ${count} && exec "$@"`, 'sh', ...procsFiles, program, ...args],
  };
}
