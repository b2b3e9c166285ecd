import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderTemplate } from '../../src/template.js';
import type { NspawnMachine } from './index.js';
import { macOf, nameserversOf, parseSubnet } from './network.js';

export const MACHINES = '/var/lib/berth/nspawn';

export interface RunScripts {
  readonly supervise: string;
  readonly release: string;
}

/** The programs that run a machine and take its network away behind it, for this computer as it is now. */
export function runScripts(resource: NspawnMachine, lastAddress: string): RunScripts {
  const { addresses } = parseSubnet(resource.subnet);
  const common = commonPart(resource);
  const supervise = renderTemplate('nspawn/supervise.sh', {
    base: resource.root,
    candidates: [...(addresses.includes(lastAddress) ? [lastAddress] : []), ...addresses].join(' '),
    nameservers: nameserversOf([read('/etc/resolv.conf'), read('/run/systemd/resolve/resolv.conf')]).join(' '),
    memory: String(resource.memory * 1_000_000),
    cpus: String(resource.cpus),
    hostname: resource.hostname,
    unified: isUnified() ? '1' : '0',
    mac: macOf(resource.machine),
  });
  return { supervise: common + supervise, release: common + renderTemplate('nspawn/release.sh', {}) };
}

/** The program that removes whatever a machine has left. */
export function sweepScript(resource: NspawnMachine): string {
  return commonPart(resource) + renderTemplate('nspawn/sweep.sh', {});
}

function commonPart({ machine, link, subnet }: NspawnMachine): string {
  const { bridge, bridgeMac, gateway, prefix, network } = parseSubnet(subnet);
  return renderTemplate('nspawn/common.sh', {
    machine,
    folder: join(MACHINES, machine),
    link,
    bridge,
    bridgeMac,
    gateway,
    prefix: String(prefix),
    network,
    unit: hasUnits() ? 'yes' : 'no',
  });
}

/** Only version 2 of control groups is mounted. */
export function isUnified(): boolean {
  return existsSync('/sys/fs/cgroup/cgroup.controllers');
}

/** A service manager owns the control groups: ours is a unit of it, with a branch delegated. */
export function hasUnits(): boolean {
  return isUnified() && existsSync('/run/systemd/system');
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
