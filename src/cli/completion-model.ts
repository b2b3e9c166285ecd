import type { Command, Interfaces } from '@oclif/core';
import { drivers } from '../../drivers/index.js';
import type { CommandModel, CompletionModel, FlagModel, Takes } from '../shell/completion/model.js';

/** What the loaded commands, or their manifest, say of themselves. */
export function completionModel(config: Interfaces.Config): CompletionModel {
  const program = config.bin.includes(' ') ? 'berth' : config.bin;
  const commands = [...config.commands]
    .filter(({ hidden }) => hidden !== true)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return { program, drivers: drivers.map(({ name }) => name), commands: commands.map(commandModel) };
}

const DRIVERS = ['local', ...drivers.map((driver) => driver.name)];

const TAKES: Readonly<Record<string, Takes>> = {
  ...{ scp: 'paths', import: 'files', completion: 'shells', 'shell-init': 'shells' },
  // Names that are not there yet, or of something else.
  ...{ create: 'nothing', adopt: 'nothing', drivers: 'nothing', gc: 'nothing' },
};

function commandModel({ id, summary = '', args, flags }: Command.Loadable): CommandModel {
  const takes = TAKES[id] ?? ('name' in args || 'names' in args || 'machine' in args ? 'machines' : 'nothing');
  const shown = Object.values(flags).filter(({ hidden }) => hidden !== true);
  return { name: id.replaceAll(':', ' '), summary: firstLine(summary), takes, flags: shown.map(flagModel) };
}

function flagModel({ name, char, description = '', summary = description, ...flag }: Command.Flag.Cached): FlagModel {
  return {
    spellings: [`--${name}`, ...(char === undefined ? [] : [`-${char}`])],
    summary: firstLine(summary),
    takesValue: flag.type === 'option',
    values: name === 'driver' ? DRIVERS : flag.type === 'option' ? (flag.options ?? []) : [],
  };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
