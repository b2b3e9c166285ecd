import type { Facts } from './contract.js';

type Lines = ReadonlyMap<string, readonly string[]>;

/** Reads what the probe printed. @returns undefined when the output is not whole */
export function parseFacts(output: string): Facts | undefined {
  const lines = group(output);
  if (!lines.has('end')) return undefined;
  const one = (key: string): string => lines.get(key)?.[0] ?? '';
  const listener = one('listener');
  return {
    os: parseOsRelease(unhex(one('os_release'))),
    arch: one('arch'),
    init: initOf(one('init')),
    hostname: unhex(one('hostname')).trim(),
    addresses: lines.get('address') ?? [],
    user: one('user'),
    sudo: one('sudo') === 'no' ? { can: false, reason: unhex(one('sudo_words')).trim() } : { can: true },
    clock: Number(one('clock')),
    freeMib: lines.has('free_kib') ? Math.floor(Number(one('free_kib')) / 1024) : Number.POSITIVE_INFINITY,
    engine: engineOf(lines, one),
    files: Object.fromEntries((lines.get('file') ?? []).map(fileEntry)),
    ...(listener === '' ? {} : { portTakenBy: listener }),
    ...(lines.has('caller') ? { caller: one('caller') } : {}),
    ...(lines.has('reach')
      ? { reaches: { docker: lines.has('reach_docker'), distribution: lines.has('reach_distribution') } }
      : {}),
  };
}

function engineOf(lines: Lines, one: (key: string) => string): Facts['engine'] {
  const version = one('version');
  return {
    ...(lines.has('dockerd') ? { path: one('dockerd') } : {}),
    ...(version === '' ? {} : { version }),
    running: lines.has('running'),
    ...(lines.has('listening') ? { listening: true as const } : {}),
    socketUnit: lines.has('socket'),
    ...(lines.has('admits') ? { admitsUser: true as const } : {}),
    ...(lines.has('containerd') ? { containerd: one('containerd') } : {}),
    ...(lines.has('bundle') ? { bundle: one('bundle') } : {}),
    ...(lines.has('daemon_json') ? { daemonJson: unhex(one('daemon_json')) } : {}),
    enabled: lines.has('enabled'),
    inSwarm: lines.has('swarm'),
    rivals: (lines.get('rival') ?? []).map(unhex),
  };
}

function group(output: string): Lines {
  const lines = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const at = line.indexOf('=');
    if (at < 1) continue;
    const key = line.slice(0, at);
    lines.set(key, [...(lines.get(key) ?? []), line.slice(at + 1)]);
  }
  return lines;
}

/** The format of os-release(5): assignments of a shell, quoted or not. */
export function parseOsRelease(text: string): Facts['os'] {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Z0-9_]+)=(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined) values.set(match[1], unquote(match[2] ?? ''));
  }
  const value = (key: string): string => values.get(key) ?? '';
  const base = value('UBUNTU_CODENAME') || value('DEBIAN_CODENAME');
  return {
    id: value('ID').toLowerCase(),
    like: value('ID_LIKE').toLowerCase().split(/\s+/).filter(Boolean),
    version: value('VERSION_ID'),
    codename: value('VERSION_CODENAME'),
    title: value('PRETTY_NAME') || value('NAME') || value('ID'),
    ...(base === '' ? {} : { baseCodename: base }),
  };
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (!quoted) return text;
  return quoted[1] === '"' ? (quoted[2] ?? '').replace(/\\(["$`\\])/g, '$1') : (quoted[2] ?? '');
}

function initOf(text: string): Facts['init'] {
  return text === 'systemd' || text === 'openrc' ? text : 'other';
}

function fileEntry(line: string): [path: string, sha256: string] {
  const [sum = '', ...path] = line.split(' ');
  return [path.join(' '), sum];
}

function unhex(text: string): string {
  return Buffer.from(text, 'hex').toString();
}
