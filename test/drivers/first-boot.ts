import { expect, it } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import type { Machinery } from '../standins/server.js';
import { stateIs, type StandOf } from './cloud-stand.js';
import { contextOf, newHost } from './contract.js';

/** Not of ASCII alone: a part that is, is sent as it stands. */
const SCRIPT = '#!/bin/sh\n# häufig\ninstall-the-engine\n';

/** What a machine boots from, as its host finds it at the provider. */
export function firstBoot(spec: AnyDriverSpec, stand: StandOf): void {
  it.each([
    ['brings the engine at its first boot where that is asked for', SCRIPT],
    ['brings no engine at its first boot otherwise', undefined],
  ])('%s, with its keys and its name', async (_title, bootScript) => {
    const boots: string[] = [];
    await using world = await stand(pretended(boots));
    const [driver, context] = [await spec.load(), contextOf(world)];
    const host = { ...newHost(world.options), ...(bootScript === undefined ? {} : { bootScript }) };

    const resource = await driver.create(host, context);
    await stateIs('running', () => driver.state(resource, context));

    const [userData = ''] = boots;
    expect(boots).toHaveLength(1);
    expect(userData).toContain('hostname: "web-1"');
    expect(userData).toContain('PRIVATE KEY OF THE HOST');
    expect(userData).toContain('ssh-ed25519 AAAA test');
    expect(scriptsIn(userData)).toEqual(bootScript === undefined ? [] : [bootScript]);
  });
}

/** Hosts that are up at once and keep what they booted from. */
function pretended(boots: string[]): Machinery {
  return {
    boot: async ({ userData }) => (boots.push(userData), '192.0.2.9'),
    start: async () => '192.0.2.9',
    stop: async () => {},
    remove: async () => {},
  };
}

/** Scripts of a MIME message, each a part in base64 (RFC 2046). */
function scriptsIn(userData: string): string[] {
  const boundary = /boundary="([^"]+)"/.exec(userData)?.[1];
  const parts = boundary === undefined ? [] : userData.split(`--${boundary}`);
  return parts
    .filter((part) => part.includes('Content-Type: text/x-shellscript'))
    .map((part) => Buffer.from(part.split('\n\n')[1] ?? '', 'base64').toString());
}
