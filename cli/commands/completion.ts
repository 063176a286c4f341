import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';

const HELP = `
The script is made of the commands and options that this version has; no command is run while you type. Where foresize
is not on your PATH, alias it first: alias foresize='npx foresize'.

Examples:
  $ foresize completion bash > ~/.local/share/bash-completion/completions/foresize
  $ foresize completion bash >> ~/.bashrc
  $ foresize completion zsh > ~/.zfunc/_foresize          any folder of $fpath
  $ foresize completion fish > ~/.config/fish/completions/foresize.fish

Exit codes: 0 done; 2 wrong input.
`;

/** `foresize completion`: a script that completes commands, options, choices and files in a shell. */
export function completionCommand() {
  return new Command('completion')
    .description('Print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish'] as const))
    .addHelpText('after', HELP)
    .action(async (shell, _flags, command: CommandUnknownOpts) => {
      const { completionScript } = await import('../completion/completion-script.ts');
      process.stdout.write(completionScript(shell, programOf(command)));
    });
}

function programOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent === null ? command : programOf(command.parent);
}
