import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { waitForEngine } from '../lifecycle/reach.js';

/** One answer is wanted, soon; a machine that is just coming up gets a moment. */
const ANSWER_WITHIN_MS = 10_000;

export default class Version extends MachineCommand {
  static override summary = "Print berth's version, or the version of a machine's engine.";
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version web-1'];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'name of the machine' }) };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Version);
    if (argv.length === 0) {
      // Programs take the line apart; HEAD is docker-machine's own word for a build without a number.
      this.log(`${this.config.bin} version ${this.config.version}, build HEAD`);
      return { version: this.config.version };
    }
    const program = this.programFor(flags);
    const name = await this.nameOf(argv, program);
    const { version } = await waitForEngine(await program.store.read(name), program, ANSWER_WITHIN_MS);
    this.log(version);
    return { name, version };
  }
}
