import type { Command, Interfaces } from '@oclif/core';
import { driverNames } from '../../drivers/index.js';
import type { CommandModel, CompletionModel, FlagModel, Names, Takes } from '../shell/completion/model.js';

/** What the loaded commands, or their manifest, say of themselves. */
export function completionModel(config: Interfaces.Config): CompletionModel {
  const program = config.bin.includes(' ') ? 'berth' : config.bin;
  const commands = [...config.commands]
    .filter(({ hidden }) => hidden !== true)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return { program, drivers: driverNames, commands: commands.map(commandModel) };
}

const DRIVERS = ['local', ...driverNames];

const TAKES: Readonly<Record<string, Takes>> = {
  ...{ scp: 'paths', ssh: 'remote', import: 'files', completion: 'shells', 'shell-init': 'shells' },
  ...{ 'swarm:join': 'members', 'swarm:leave': 'members', 'os:info': 'images', 'os:rm': 'images' },
  // Names that are not there yet, or of something else.
  ...{ create: 'nothing', adopt: 'nothing', drivers: 'nothing', gc: 'nothing', 'swarm:create': 'nothing' },
};

/** Flags whose values are names. */
const NAMES: Readonly<Record<string, Names>> = { 'os-image': 'images', 'qemu-image': 'images', shell: 'shells' };

const ARGUMENTS: readonly (readonly [name: string, takes: Takes])[] = [
  ['cluster', 'clusters'],
  ['name', 'machines'],
  ['names', 'machines'],
  ['machine', 'machines'],
];

/** The part of a command that its completion is made from. */
export type Described = Pick<Command.Cached, 'id' | 'summary' | 'args' | 'flags'>;

export function commandModel({ id, summary = '', args, flags }: Described): CommandModel {
  const takes = TAKES[id] ?? ARGUMENTS.find(([name]) => name in args)?.[1] ?? 'nothing';
  const shown = Object.values(flags).filter(({ hidden }) => hidden !== true);
  return { name: id.replaceAll(':', ' '), summary: firstLine(summary), takes, flags: shown.map(flagModel) };
}

function flagModel({ name, char, description = '', summary = description, ...flag }: Command.Flag.Cached): FlagModel {
  const names = NAMES[name];
  return {
    spellings: [`--${name}`, ...(char === undefined ? [] : [`-${char}`])],
    summary: firstLine(summary),
    takesValue: flag.type === 'option',
    values: name === 'driver' ? DRIVERS : flag.type === 'option' ? (flag.options ?? []) : [],
    ...(names === undefined ? {} : { names }),
  };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
