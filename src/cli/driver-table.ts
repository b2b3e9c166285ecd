import type { AnyDriverSpec, OptionSpec } from '../driver.js';
import { flagName } from './driver-flags.js';

/** One option as `berth drivers NAME` shows it. */
export interface OptionRow {
  readonly group: string;
  /** With its dashes. */
  readonly flag: string;
  readonly kind: OptionSpec['kind'];
  /** As it would stand on the command line; '' where there is none. */
  readonly default: string;
  /** Environment variable; '' where there is none. */
  readonly env: string;
  readonly help: string;
}

type Described = Pick<AnyDriverSpec, 'name' | 'title' | 'options'>;

/** In the order they are shown: what has to be said, as whom, where, then what is made. The first that fits counts. */
const GROUPS: readonly (readonly [title: string, belongs: (key: string, option: OptionSpec) => boolean])[] = [
  ['Required', (_key, option) => option.kind === 'string' && option.required === true],
  ['Credentials', (key, option) => (option.kind === 'string' && option.secret === true) || AS_WHOM.test(key)],
  ['Place', (key) => WHERE.test(key)],
  ['Login', (key) => /^(ssh|key|userdata|user-data|user$)/.test(key)],
  [
    'Network',
    (key) => /(^|-)(network|subnet|subnetwork|vpc|vnet|address|ip|ipv6|port|security|firewall|dns|nat)/.test(key),
  ],
  ['Machine', (key) => WHAT.test(key)],
  ['Other', () => true],
];
const AS_WHOM =
  /^(profile|auth|credentials?|username|user-id|tenant|domain|client|cloud|application|service-account-|access-|token|password)/;
const WHERE = /^(region|zone|location|endpoint|project|subscription-id|resource-group|environment|availability-zone)/;
const WHAT = /(^|-)(image|ami|type|size|machine|flavor|disk|volume|root|spot|preemptible|cpu|memory|snapshot|instance)/;

/** The options of a driver, group by group, in the order of its table. */
export function optionRows(spec: Described): readonly OptionRow[] {
  const rows = Object.entries(spec.options).map(([key, option]) => ({
    group: GROUPS.find(([, belongs]) => belongs(key, option))?.[0] ?? 'Other',
    flag: `--${flagName(spec, key)}`,
    kind: option.kind,
    default: defaultOf(option),
    env: option.env ?? '',
    help: option.help,
  }));
  return GROUPS.flatMap(([title]) => rows.filter(({ group }) => group === title));
}

function defaultOf({ default: value }: OptionSpec): string {
  if (value === undefined || value === false) return '';
  return Array.isArray(value) ? value.join(',') : String(value);
}
