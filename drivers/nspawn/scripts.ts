import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderTemplate } from '../../src/template.js';
import type { NspawnMachine } from './index.js';
import { macOf, nameserversOf, parseSubnet } from './network.js';

export const MACHINES = '/var/lib/berth/nspawn';

export interface Scripts {
  readonly supervise: string;
  readonly release: string;
  readonly sweep: string;
}

/** The programs that run a machine and clear up after it, for this computer as it is now. */
export function scriptsOf(resource: NspawnMachine, lastAddress: string): Scripts {
  const { bridge, bridgeMac, gateway, prefix, network, addresses } = parseSubnet(resource.subnet);
  const folder = join(MACHINES, resource.machine);
  const common = renderTemplate('nspawn/common.sh', {
    machine: resource.machine,
    folder,
    link: resource.link,
    bridge,
    bridgeMac,
    gateway,
    prefix: String(prefix),
    network,
    unit: hasUnits() ? 'yes' : 'no',
  });
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
  return {
    supervise: common + supervise,
    release: common + renderTemplate('nspawn/release.sh', {}),
    sweep: common + renderTemplate('nspawn/sweep.sh', {}),
  };
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
