import { expect } from 'chai';
import { allCommands } from '../../cli/commands/all-commands.ts';

/** What has nothing to print as JSON, or nothing to be quiet about. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  '--json': ['completion', 'page'],
  '--quiet': ['completion'],
};

describe('The options of every command', () => {
  const commands = allCommands().flatMap((one) => (one.commands.length > 0 ? one.commands : [one]));

  for (const [option, without] of Object.entries(WITHOUT)) {
    it(`have ${option} among them, but for ${without.join(' and ')}`, () => {
      const lacking = commands.filter(({ options }) => options.every(({ long }) => long !== option));
      expect(lacking.map((command) => command.name()).sort()).to.deep.equal(without);
    });
  }
});
