import { Refused } from './model.js';
import type { Input } from './query.js';

/** What can carry tags; `hidden`: how many lookups still miss it. */
export interface Thing {
  readonly id: string;
  readonly type: 'instance' | 'volume' | 'network-interface' | 'key-pair' | 'security-group' | 'spot-instances-request';
  tags: Readonly<Record<string, string>>;
  hidden: number;
}
export interface Instance extends Thing {
  readonly type: 'instance';
  /** The request that made it. */
  readonly request: Input;
  readonly userData: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly volumeId: string;
  readonly interfaceId: string;
  readonly spotRequestId: string;
  readonly privateAddress: string;
  readonly ipv6: readonly string[];
  groups: readonly string[];
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  reason: { readonly Code: string; readonly Message: string } | undefined;
  publicAddress: string | undefined;
  console: string;
}
export interface Group extends Thing {
  readonly type: 'security-group';
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  permissions: readonly Permission[];
}
export interface Key extends Thing {
  readonly type: 'key-pair';
  readonly name: string;
  readonly publicKey: string;
}
export interface SpotRequest extends Thing {
  readonly type: 'spot-instances-request';
  instanceId: string;
  state: 'open' | 'active' | 'closed' | 'cancelled';
}
/** One port range and one source. */
export interface Permission {
  readonly IpProtocol: string;
  readonly FromPort: number | undefined;
  readonly ToPort: number | undefined;
  readonly source: string;
  readonly Description: string | undefined;
}

export interface Settings {
  /** Whose keys they are. */
  account: string;
  /** How many lookups after a create do not find what it made: eventual consistency. */
  hiddenLookups: number;
  /** How many instances the account may have. */
  quota: number;
  /** "us-east-1a t3.micro", "us-east-1a" or "t3.micro": what is out of stock. */
  outOfStock: string[];
  /** How many of the next requests are refused as too fast. */
  throttle: number;
  /** How many polls a machine is pending, stopping or shutting down, where no machinery says so. */
  polls: number;
  /** How long an instance is pending, in milliseconds; instead of polls. */
  bootMs: number;
  /** Rules a group may have. */
  rules: number;
  hasDefaultVpc: boolean;
  /** Letters of the zones with a default subnet. */
  zones: string;
  /** A new instance ends with this reason. */
  endsWith: { readonly Code: string; readonly Message: string } | undefined;
}

/** One region of the account. */
export class World {
  readonly region: string;
  readonly settings: Settings;
  readonly instances = new Map<string, Instance>();
  readonly groups = new Map<string, Group>();
  readonly keys = new Map<string, Key>();
  readonly requests = new Map<string, SpotRequest>();
  /** Volumes and network interfaces; they end with their instance. */
  readonly parts = new Map<string, Thing & { readonly instanceId: string }>();
  /** What was asked for with each client token, and what it made. */
  readonly tokens = new Map<string, { readonly request: string; readonly instanceId: string }>();
  /** Ids of what was there at the beginning: somebody else's. */
  readonly foreign = new Set<string>();
  #made = 0;

  constructor(region: string, settings: Settings) {
    this.region = region;
    this.settings = settings;
  }

  /** `i-` and 17 hexadecimal digits. */
  id(prefix: string): string {
    this.#made += 1;
    return `${prefix}-${this.#made.toString(16).padStart(17, '0')}`;
  }

  get made(): number {
    return this.#made;
  }

  things(): readonly Thing[] {
    return [
      ...this.instances.values(),
      ...this.groups.values(),
      ...this.keys.values(),
      ...this.requests.values(),
      ...this.parts.values(),
    ];
  }

  /** Those that a lookup finds; the others are one lookup nearer to it. */
  visible<T extends Thing>(all: Iterable<T>): readonly T[] {
    return [...all].filter((thing) => this.isVisible(thing));
  }

  isVisible(thing: Thing): boolean {
    if (thing.hidden === 0) return true;
    thing.hidden -= 1;
    return false;
  }
}

interface Filter {
  readonly Name?: string;
  readonly Values?: readonly string[];
}

/** EC2's filters: all must match, each by one of its values, `*` and `?` stand for anything. @throws Refused for unknown names */
export function filtered<T>(
  all: readonly T[],
  input: Input,
  fields: (one: T) => Readonly<Record<string, readonly string[]>>,
  tags: (one: T) => Readonly<Record<string, string>> = () => ({}),
): readonly T[] {
  const filters = (input['Filters'] ?? []) as readonly Filter[];
  if (filters.some(({ Values: values = [] }) => values.length > 200))
    throw new Refused('FilterLimitExceeded', 'The maximum number of filter values specified on a single call is 200');
  return all.filter((one) =>
    filters.every(({ Name: name = '', Values: values = [] }) => {
      const actual = valuesOf(name, fields(one), tags(one));
      return values.some((value) => actual.some((text) => pattern(value).test(text)));
    }),
  );
}

/** So that a filter that does not exist is refused even where there is nothing to filter. */
export function checkFilters(input: Input, names: readonly string[]): void {
  for (const { Name: name = '' } of (input['Filters'] ?? []) as readonly Filter[])
    if (!names.includes(name) && !/^(tag:.+|tag-key)$/.test(name))
      throw new Refused('InvalidParameterValue', `The filter '${name}' is invalid`);
}

function valuesOf(
  name: string,
  fields: Readonly<Record<string, readonly string[]>>,
  tags: Readonly<Record<string, string>>,
): readonly string[] {
  if (name === 'tag-key') return Object.keys(tags);
  if (name.startsWith('tag:')) return [tags[name.slice(4)]].filter((value) => value !== undefined);
  return fields[name] ?? [];
}

function pattern(value: string): RegExp {
  const escaped = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`);
}
