import type { AnyDriverSpec } from '../src/driver.js';
import { amazonec2 } from './amazonec2/index.js';
import { azure } from './azure/index.js';
import { digitalocean } from './digitalocean/index.js';
import { generic } from './generic/index.js';
import { google } from './google/index.js';
import { hetzner } from './hetzner/index.js';
import { none } from './none/index.js';
import { nspawn } from './nspawn/index.js';
import { openstack } from './openstack/index.js';
import { qemu } from './qemu/index.js';

/** In the order help lists them. Functions, so that a bundle evaluates the declarations of those alone that are asked for. */
const DECLARED: Readonly<Record<string, () => AnyDriverSpec>> = {
  amazonec2: () => amazonec2,
  azure: () => azure,
  digitalocean: () => digitalocean,
  generic: () => generic,
  google: () => google,
  hetzner: () => hetzner,
  none: () => none,
  nspawn: () => nspawn,
  openstack: () => openstack,
  qemu: () => qemu,
};

export const driverNames: readonly string[] = Object.keys(DECLARED);

/** Every driver. Option tables and pure functions only: nothing heavy loads here. */
export function allDrivers(): readonly AnyDriverSpec[] {
  return Object.values(DECLARED).map((declared) => declared());
}

export function findDriver(name: string): AnyDriverSpec | undefined {
  return Object.hasOwn(DECLARED, name) ? DECLARED[name]?.() : undefined;
}
