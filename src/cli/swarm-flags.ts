import { Flags } from '@oclif/core';
import { MachineError } from '../errors.js';
import { DEFAULT_SWARM, isDefaultSwarm, type SwarmOptions } from '../record.js';
import { listOf, parseInteger } from './driver-flags.js';

const helpGroup = 'SWARM';
const NO_EFFECT = "of docker-machine's former swarm: kept in the record, has no effect";
const list = (description: string): ReturnType<typeof Flags.string> =>
  Flags.string({ description, helpGroup, multiple: true, multipleNonGreedy: true });

/** docker-machine's --swarm* flags of create, with its defaults; what they mean is Swarm mode. */
export const swarmFlags = {
  swarm: Flags.boolean({ helpGroup, description: 'join the swarm that --swarm-discovery names' }),
  'swarm-master': Flags.boolean({
    helpGroup,
    description: 'be a manager of the swarm; without --swarm one that runs no tasks',
  }),
  'swarm-discovery': Flags.string({
    helpGroup,
    default: DEFAULT_SWARM.discovery,
    helpValue: '<url>',
    description: 'name of the swarm, token://NAME say: machines of one store with the same one are in one swarm',
  }),
  'swarm-addr': Flags.string({
    helpGroup,
    default: DEFAULT_SWARM.address,
    helpValue: '<address>',
    description: 'address that the other nodes reach this one at; a private one of the host otherwise',
  }),
  'swarm-timeout': Flags.custom<number>({
    helpGroup,
    default: 600,
    helpValue: '<seconds>',
    description: 'how long to wait for the master of the swarm',
    parse: async (text) => parseInteger(text, 'swarm-timeout', { min: 1, max: 86_400 }),
  })(),
  'swarm-host': Flags.string({ helpGroup, default: DEFAULT_SWARM.host, description: NO_EFFECT }),
  'swarm-image': Flags.string({
    helpGroup,
    env: 'MACHINE_SWARM_IMAGE',
    default: DEFAULT_SWARM.image,
    description: NO_EFFECT,
  }),
  'swarm-strategy': Flags.string({ helpGroup, default: DEFAULT_SWARM.strategy, description: NO_EFFECT }),
  'swarm-opt': list(NO_EFFECT),
  'swarm-join-opt': list(NO_EFFECT),
  'swarm-experimental': Flags.boolean({ helpGroup, description: NO_EFFECT }),
};

const MEANINGLESS = ['host', 'image', 'strategy', 'opt', 'join-opt', 'experimental'].map((name) => `swarm-${name}`);

/** What the flags ask for; undefined where all are as usual. @throws MachineError BadOption, BadUsage */
export function swarmOptions(flags: Readonly<Record<string, unknown>>): SwarmOptions | undefined {
  const text = (name: string): string => (flags[`swarm-${name}`] as string | undefined) ?? '';
  const swarm: SwarmOptions = {
    agent: flags['swarm'] === true,
    master: flags['swarm-master'] === true,
    discovery: discovery(text('discovery')),
    address: address(text('addr')),
    host: text('host'),
    image: text('image'),
    strategy: text('strategy'),
    opts: listOf(flags['swarm-opt']) ?? [],
    joinOpts: listOf(flags['swarm-join-opt']) ?? [],
    experimental: flags['swarm-experimental'] === true,
  };
  return isDefaultSwarm(swarm) ? undefined : swarm;
}

/** One sentence on what was typed in vain, or undefined. */
export function vainSwarmFlags(swarm: SwarmOptions | undefined, typed: ReadonlySet<string>): string | undefined {
  const isMember = swarm !== undefined && (swarm.agent || swarm.master);
  const vain = [...typed].filter(
    (name) => MEANINGLESS.includes(name) || (!isMember && /^swarm-(discovery|addr)$/.test(name)),
  );
  if (vain.length === 0) return undefined;
  const reason = isMember
    ? "the engine's own Swarm mode has nothing of the kind"
    : 'neither --swarm nor --swarm-master is given';
  return `no effect of ${vain.map((name) => `--${name}`).join(', ')}: ${reason}`;
}

/** docker-machine's own rule. */
function discovery(text: string): string {
  if (text === '' || /^[^:]*:\/\//.test(text)) return text;
  throw new MachineError('BadOption', `option --swarm-discovery wants a URL such as token://NAME, got "${text}"`);
}

/** docker-machine took a port with it. */
function address(text: string): string {
  if (/^[\w.:%[\]-]*$/.test(text)) return text;
  throw new MachineError('BadOption', `option --swarm-addr wants an IP address of the host, got "${text}"`);
}
