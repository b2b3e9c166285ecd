import { Args, Flags } from '@oclif/core';
import { parseInteger } from '../cli/driver-flags.js';
import { MachineCommand } from '../cli/machine-command.js';
import { MachineError } from '../errors.js';
import { resizeMachine } from '../lifecycle/resize.js';

const size = (name: string, description: string, limits: { min: number; max: number }) =>
  Flags.custom<number>({
    helpValue: '<n>',
    description,
    parse: async (text) => parseInteger(text, name, limits),
  })();

export default class Resize extends MachineCommand {
  static override summary = 'Change memory, processors and disk of a machine on this computer.';
  static override description = 'A disk can only grow; its file system follows when the machine starts.';
  static override examples = [
    '<%= config.bin %> resize dev --memory 4096 --cpu-count 4 --restart',
    '<%= config.bin %> resize dev --disk-size 60000',
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'name of the machine' }) };
  static override flags = {
    memory: size('memory', 'memory in MB', { min: 256, max: 16_777_216 }),
    'cpu-count': size('cpu-count', 'processors', { min: 1, max: 1024 }),
    'disk-size': size('disk-size', 'size of the disk in MB', { min: 512, max: 1_000_000_000 }),
    restart: Flags.boolean({ description: 'stop a machine that runs for it, and start it again' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Resize);
    const program = this.programFor(flags);
    const name = await this.nameOf(argv, program);
    const wanted = {
      ...(flags.memory !== undefined && { memory: flags.memory }),
      ...(flags['cpu-count'] !== undefined && { cpus: flags['cpu-count'] }),
      ...(flags['disk-size'] !== undefined && { disk: flags['disk-size'] }),
    };
    if (Object.keys(wanted).length === 0)
      throw new MachineError('BadUsage', 'nothing to change: name --memory, --cpu-count or --disk-size', {
        suggestions: [`berth resize ${name} --memory 4096`],
      });
    await resizeMachine(name, { size: wanted, restart: flags.restart }, program);
    this.log(`Machine "${name}" was resized.`);
    return { name, ...wanted };
  }
}
