import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { changeNote } from '../lifecycle/labels.js';
import { parseName } from '../name.js';

export default class Note extends MachineCommand {
  static override summary = 'Write a note to a machine; print the one it has without a text.';
  static override description = 'An empty text removes it. `inspect` and `ls --json` show it.';
  static override examples = [
    "<%= config.bin %> note web-1 'ask Ada before a reboot'",
    '<%= config.bin %> note web-1',
    "<%= config.bin %> note web-1 ''",
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    text: Args.string({ ignoreStdin: true, description: 'words of the note' }),
  };

  async run(): Promise<unknown> {
    const { args, argv, flags } = await this.parse(Note);
    const name = parseName(args.name);
    const words = argv.slice(1).map(String);
    const program = this.programFor(flags);
    if (words.length > 0) {
      const note = words.join(' ');
      await changeNote(name, note, program);
      return { name, note };
    }
    const { note = '' } = await program.store.read(name);
    if (note !== '') this.log(note);
    return { name, note };
  }
}
