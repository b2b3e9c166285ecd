import { MachineError } from '../errors.js';

export interface EngineFlag {
  /** The flag with its dashes and its value: one word. */
  readonly word: string;
  /** The key of daemon.json that means the same. */
  readonly key: string;
}

/** Flags whose key in daemon.json is not the flag's own name (dockerd's documentation of daemon.json). */
const KEYS: Readonly<Record<string, string>> = {
  H: 'hosts',
  D: 'debug',
  l: 'log-level',
  s: 'storage-driver',
  G: 'group',
  b: 'bridge',
  p: 'pidfile',
  'add-runtime': 'runtimes',
  'authorization-plugin': 'authorization-plugins',
  'cdi-spec-dir': 'cdi-spec-dirs',
  'default-address-pool': 'default-address-pools',
  'dns-opt': 'dns-opts',
  'exec-opt': 'exec-opts',
  graph: 'data-root',
  host: 'hosts',
  'insecure-registry': 'insecure-registries',
  label: 'labels',
  'log-opt': 'log-opts',
  'node-generic-resource': 'node-generic-resources',
  'registry-mirror': 'registry-mirrors',
  'storage-opt': 'storage-opts',
};

/** An --engine-opt: `flag=value`, or `flag`, with or without its dashes. @throws MachineError BadOption */
export function parseFlag(text: string): EngineFlag {
  const match = /^-{0,2}([a-zA-Z][a-zA-Z0-9-]*)(=[^\r\n\0]*)?$/.exec(text);
  if (match?.[1] === undefined) {
    throw new MachineError('BadOption', `an engine option is "flag=value" without dashes, got ${JSON.stringify(text)}`);
  }
  const [, name, value = ''] = match;
  return {
    word: `${name.length === 1 ? '-' : '--'}${name}${value}`,
    key: (Object.hasOwn(KEYS, name) ? KEYS[name] : undefined) ?? name,
  };
}

export interface EngineVariable {
  readonly name: string;
  readonly value: string;
}

/** An --engine-env: `NAME=value`. @throws MachineError BadOption */
export function parseVariable(text: string): EngineVariable {
  const match = /^([a-zA-Z_][a-zA-Z0-9_]*)=([^\r\n\0]*)$/.exec(text);
  if (match?.[1] === undefined) {
    const name = text.split('=')[0] ?? '';
    throw new MachineError('BadOption', `an engine variable is one line "NAME=value", got ${JSON.stringify(name)}`);
  }
  return { name: match[1], value: match[2] ?? '' };
}
