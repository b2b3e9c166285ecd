/** docker-machine's flags for the swarm of before Swarm mode, as far as it gave them a meaning. */
export interface ClassicFlags {
  readonly image: string;
  readonly strategy: string;
  readonly opts: readonly string[];
  readonly joinOpts: readonly string[];
  readonly host: string;
  readonly addr: string;
  readonly experimental: boolean;
  readonly discovery: string;
}

/** Its own defaults, which say nothing. */
export const CLASSIC_DEFAULTS: ClassicFlags = {
  image: 'swarm:latest',
  strategy: 'spread',
  opts: [],
  joinOpts: [],
  host: 'tcp://0.0.0.0:3376',
  addr: '',
  experimental: false,
  discovery: '',
};

/** What is left of them in Swarm mode, and a sentence for each that has no meaning there. */
export interface ClassicMeaning {
  /** The address that the node advertises. */
  readonly advertise?: string;
  readonly warnings: readonly string[];
}

export function meaningOf(flags: ClassicFlags): ClassicMeaning {
  const address = hostOf(flags.addr);
  return {
    ...(address === '' ? {} : { advertise: address }),
    warnings: ROWS.flatMap(({ given, warning }) => (given(flags) ? [warning(flags)] : [])),
  };
}

interface Row {
  readonly given: (flags: ClassicFlags) => boolean;
  readonly warning: (flags: ClassicFlags) => string;
}

const ROWS: readonly Row[] = [
  {
    given: ({ image }) => image !== CLASSIC_DEFAULTS.image,
    warning: ({ image }) => `--swarm-image ${image} is not used: Swarm mode is part of the engine`,
  },
  {
    given: ({ strategy }) => strategy !== CLASSIC_DEFAULTS.strategy,
    warning: ({ strategy }) => `--swarm-strategy ${strategy} is not used: Swarm mode always spreads tasks`,
  },
  {
    given: ({ opts }) => opts.length > 0,
    warning: ({ opts }) => `--swarm-opt ${opts.join(' ')} is not used: Swarm mode has no manager to give it to`,
  },
  {
    given: ({ joinOpts }) => joinOpts.length > 0,
    warning: ({ joinOpts }) =>
      `--swarm-join-opt ${joinOpts.join(' ')} is not used: Swarm mode has no agent to give it to`,
  },
  {
    given: ({ host }) => host !== CLASSIC_DEFAULTS.host,
    warning: ({ host }) => `--swarm-host ${host} is not used: a manager answers on its engine's own port`,
  },
  {
    given: ({ experimental }) => experimental,
    warning: () => '--swarm-experimental is not used: Swarm mode has no such switch',
  },
  {
    given: ({ discovery }) => isService(discovery),
    warning: ({ discovery }) =>
      `--swarm-discovery ${discovery} only names the cluster: Swarm mode needs no discovery service`,
  },
];

/** Where somebody may expect that the service is asked or the list read. */
function isService(discovery: string): boolean {
  return /^(?!token:)[^:]*:\/\//.test(discovery);
}

/** docker-machine's flag is a `host:port` or an address. */
function hostOf(addr: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(addr);
  if (bracketed) return bracketed[1] ?? '';
  return /^[^:]*:\d+$/.test(addr) ? addr.replace(/:\d+$/, '') : addr;
}
