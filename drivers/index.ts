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

/** Every driver, in the order help lists them. Option tables and pure functions only: nothing heavy loads here. */
export const drivers: readonly AnyDriverSpec[] = [
  amazonec2,
  azure,
  digitalocean,
  generic,
  google,
  hetzner,
  none,
  nspawn,
  openstack,
  qemu,
];

export function findDriver(name: string): AnyDriverSpec | undefined {
  return drivers.find((driver) => driver.name === name);
}

export { qemuAbility, type Ability } from './qemu/ability.js';
