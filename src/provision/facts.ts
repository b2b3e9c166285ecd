import { ProbeLines, unhex } from '../probe.js';
import type { Facts } from './contract.js';

/** Reads what the probe printed. @returns undefined when the output is not whole */
export function parseFacts(output: string): Facts | undefined {
  const lines = new ProbeLines(output);
  if (!lines.has('end')) return undefined;
  const listener = lines.one('listener');
  return {
    os: parseOsRelease(lines.text('os_release')),
    arch: lines.one('arch'),
    init: initOf(lines.one('init')),
    hostname: lines.text('hostname').trim(),
    addresses: lines.all('address'),
    user: lines.one('user'),
    sudo: lines.one('sudo') === 'no' ? { can: false, reason: lines.text('sudo_words').trim() } : { can: true },
    clock: Number(lines.one('clock')),
    freeMib: lines.has('free_kib') ? Math.floor(Number(lines.one('free_kib')) / 1024) : Number.POSITIVE_INFINITY,
    engine: engineOf(lines),
    files: Object.fromEntries(lines.all('file').map(fileEntry)),
    ...(listener === '' ? {} : { portTakenBy: listener }),
    ...(lines.has('caller') ? { caller: lines.one('caller') } : {}),
    ...(lines.has('reach')
      ? { reaches: { docker: lines.has('reach_docker'), distribution: lines.has('reach_distribution') } }
      : {}),
  };
}

function engineOf(lines: ProbeLines): Facts['engine'] {
  const version = lines.one('version');
  return {
    ...(lines.has('dockerd') ? { path: lines.one('dockerd') } : {}),
    ...(version === '' ? {} : { version }),
    running: lines.has('running'),
    ...(lines.has('listening') ? { listening: true as const } : {}),
    socketUnit: lines.has('socket'),
    ...(lines.has('admits') ? { admitsUser: true as const } : {}),
    ...(lines.has('containerd') ? { containerd: lines.one('containerd') } : {}),
    ...(lines.has('bundle') ? { bundle: lines.one('bundle') } : {}),
    ...(lines.has('daemon_json') ? { daemonJson: lines.text('daemon_json') } : {}),
    enabled: lines.has('enabled'),
    inSwarm: lines.has('swarm'),
    rivals: lines.all('rival').map(unhex),
  };
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
