import { readFile } from 'node:fs/promises';
import { ANYWHERE, parsePort } from '../../src/cloud/ports.js';
import { endpointUrl } from '../../src/cloud/rest.js';
import { candidates, type Candidate } from '../../src/cloud/stock.js';
import { userData } from '../../src/cloud/user-data.js';
import type { NewHost, PortRule } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Reporter } from '../../src/reporter.js';
import type { HetznerOptions } from './options.js';
import { publicNetOf } from './stored.js';

export const DEFAULT_IMAGE = 'ubuntu-24.04';
/** The smallest of each architecture that Hetzner sells to everybody in 2026. */
export const DEFAULT_TYPES = { x86: 'cx23', arm: 'cax11' } as const;
/** docs.hetzner.cloud, "Create a Server": user_data is limited to 32 KiB. */
const USER_DATA_BYTES = 32_768;

export function endpointOf({ endpoint }: HetznerOptions): string {
  return endpointUrl(endpoint, 'hetzner-endpoint');
}

export function candidatesOf(options: HetznerOptions): readonly Candidate[] {
  const types = options['server-type'] || DEFAULT_TYPES[options['image-arch'] ?? 'x86'];
  return candidates(options['server-location'] ?? '', types);
}

/** sshd's port and those that the user names, for everybody. @throws MachineError BadOption */
export function firstPorts(options: HetznerOptions): readonly PortRule[] {
  const port = options['ssh-port'];
  return [
    { protocol: 'tcp', from: port, to: port, sources: ANYWHERE },
    ...options['open-port'].map((text) => parsePort(text, 'hetzner-open-port')),
  ];
}

/** A machine with firewalls of the user's, or without any public address, gets none of its own. */
export function wantsFirewall(options: HetznerOptions): boolean {
  const { disable4, disable6 } = publicNetOf(options);
  return options.firewalls.length === 0 && !(disable4 && disable6);
}

/** "Labels" of docs.hetzner.cloud: a prefix that is a DNS name, a key and a value of 63 characters at most. */
const PART = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** @throws MachineError BadOption */
export function labelsIn(texts: readonly string[], option: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', ...rest] = text.split('=');
      const value = rest.join('=');
      const [key = '', prefix, ...more] = name.split('/').reverse();
      const isPrefix = prefix === undefined || (PREFIX.test(prefix) && !/(^|\.)hetzner\.cloud$/.test(prefix));
      const isLabel = rest.length > 0 && PART.test(key) && isPrefix && more.length === 0;
      if (isLabel && (value === '' || PART.test(value))) return [name, value] as const;
      throw new MachineError('BadOption', `option --hetzner-${option} wants key=value, got "${text}"`, {
        suggestions: ['Keys and values have letters, digits, ".", "_" and "-", 63 at most'],
      });
    }),
  );
}

/** A number or a name, as lists of the interface are asked with it; 0 is none. */
export function idIn(text: string | undefined, option: string): number {
  if (text === undefined || text === '') return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new MachineError('BadOption', `option --hetzner-${option} wants a number, got "${text}"`);
}

/** Contradictions, and what is accepted without effect. @throws MachineError BadOption */
export function checkOptions(options: HetznerOptions, report: Reporter): void {
  endpointOf(options);
  firstPorts(options);
  labelsIn(options['server-label'], 'server-label');
  labelsIn(options['key-label'], 'key-label');
  idIn(options['existing-key-id'], 'existing-key-id');
  const { disable4, disable6, usePrivate } = publicNetOf(options);
  const both = (one: keyof HetznerOptions, other: keyof HetznerOptions): never => {
    throw new MachineError('BadOption', `--hetzner-${one} and --hetzner-${other} exclude each other`);
  };
  if (idIn(options['image-id'], 'image-id') !== 0) {
    if (options.image !== undefined) both('image', 'image-id');
    if (options['image-arch'] !== undefined) both('image-arch', 'image-id');
  }
  if (options['auto-spread'] && options['placement-group'] !== undefined) both('auto-spread', 'placement-group');
  if (options['user-data-file'] !== undefined && options['user-data'] !== undefined)
    both('user-data', 'user-data-file');
  if (disable4 && options['primary-ipv4'] !== undefined) both('primary-ipv4', 'disable-public-ipv4');
  if (disable6 && options['primary-ipv6'] !== undefined) both('primary-ipv6', 'disable-public-ipv6');
  if (disable4 && disable6 && !usePrivate)
    throw new MachineError('BadOption', 'a machine without public addresses wants --hetzner-use-private-network');
  if (usePrivate && options.networks.length === 0)
    throw new MachineError('BadOption', 'option --hetzner-use-private-network wants a --hetzner-networks');
  warnings(options).forEach((line) => report.warn(line));
}

function warnings(options: HetznerOptions): readonly string[] {
  const former = [
    ['disable-public-4', 'disable-public-ipv4'],
    ['disable-public-6', 'disable-public-ipv6'],
    ['user-data-from-file', 'user-data-file'],
  ] as const;
  return [
    ...former.flatMap(([old, now]) =>
      options[old] ? [`--hetzner-${old} is the former name: use --hetzner-${now}`] : [],
    ),
    ...(options['wait-on-error'] > 0
      ? ['--hetzner-wait-on-error has no effect: what was made stays until berth rm, or is finished by create']
      : []),
    ...(options.firewalls.length > 0 && options['open-port'].length > 0
      ? ['--hetzner-open-port has no effect with --hetzner-firewalls: open ports in those']
      : []),
  ];
}

/** The user's own user-data and berth's as one text. @throws MachineError CheckFailed */
export async function userDataOf(host: NewHost<HetznerOptions>): Promise<string> {
  const { options } = host;
  const isPath = options['user-data-from-file'];
  const path = options['user-data-file'] ?? (isPath ? options['user-data'] : undefined);
  const own = path === undefined ? options['user-data'] : await fileText(path, 'user-data');
  return userData({
    ...{ host, user: options['ssh-user'], limit: USER_DATA_BYTES },
    ...(own === undefined ? {} : { own }),
  });
}

/** @throws MachineError CheckFailed */
export async function fileText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('CheckFailed', `the ${what} cannot be read: "${path}"`, { cause });
  }
}
