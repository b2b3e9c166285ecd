import { isDeepStrictEqual } from 'node:util';
import type { AnyDriverSpec } from '../driver.js';
import type { JsonObject, Machine } from '../record.js';
import { objectAt, overlay } from './fields.js';

const DRIVER: JsonObject = {
  IPAddress: '',
  MachineName: '',
  SSHUser: '',
  SSHPort: 0,
  SSHKeyPath: '',
  StorePath: '',
  SwarmMaster: false,
  SwarmHost: 'tcp://0.0.0.0:3376',
  SwarmDiscovery: '',
};

/** The record's `Driver`: what every driver has, then its own keys. `base`: the store's folder. */
export function driverDocument(machine: Machine, spec: AnyDriverSpec | undefined, base: string): JsonObject {
  const old = objectAt(machine.document, 'Driver');
  const own = spec?.toStored(machine.options, machine.resource) ?? {};
  const keys = Object.fromEntries(Object.keys(own).map((key) => [key, null]));
  return overlay({ ...DRIVER, ...keys }, old, {
    IPAddress: machine.address,
    MachineName: machine.name,
    SSHUser: machine.ssh.user,
    SSHPort: machine.ssh.port,
    SSHKeyPath: machine.ssh.keyPath ?? '',
    StorePath: base,
    ...swarmOfDriver(machine),
    ...(spec ? changedSince(old, own, spec) : {}),
  });
}

/**
 * Without what says the same as before: another program's spelling of it stays (the forks have lists where docker-machine has
 * texts), and so do secrets that it keeps there.
 */
function changedSince(old: JsonObject, own: JsonObject, spec: AnyDriverSpec): JsonObject {
  const { options, resource } = spec.fromStored(old);
  const before = spec.toStored(options, resource);
  const present = new Set(Object.keys(old).map((key) => key.toLowerCase()));
  const isSame = (key: string): boolean => present.has(key.toLowerCase()) && isDeepStrictEqual(before[key], own[key]);
  return Object.fromEntries(Object.entries(own).filter(([key]) => !isSame(key)));
}

/** Drivers of docker-machine kept a copy of what concerns them. */
function swarmOfDriver({ swarm }: Machine): JsonObject {
  return swarm ? { SwarmMaster: swarm.master, SwarmHost: swarm.host, SwarmDiscovery: swarm.discovery } : {};
}
