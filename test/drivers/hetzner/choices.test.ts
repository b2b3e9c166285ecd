import { describe, expect, it } from '@jest/globals';
import { hetzner } from '../../../drivers/hetzner/index.js';
import type { Choice } from '../../../src/choice.js';
import { testFolder } from '../../helpers/folder.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextOf } from '../contract.js';
import { hetznerStand, type Stand } from './support.js';

async function listed(key: string, world: Stand, location?: string): Promise<readonly Choice[]> {
  const options = { ...world.options, ...(location === undefined ? {} : { 'server-location': location }) };
  return (await (await hetzner.load()).choices?.(key, options, contextOf(world))) ?? [];
}

describe('Hetzner lists', () => {
  it('the locations', async () => {
    await using world = await hetznerStand();

    const locations = await listed('server-location', world);

    expect(locations).toHaveLength(6);
    expect(locations[2]).toEqual({ value: 'hel1', title: 'Helsinki, FI' });
  });

  it('the server types that are still sold in a location with its prices, the cheapest first', async () => {
    await using world = await hetznerStand();

    const types = await listed('server-type', world, 'sin');

    expect(types).toEqual([
      { value: 'cpx22', title: 'x86, shared', detail: '2 CPUs, 4 GB memory, 40 GB disk, 5.12 EUR a month' },
    ]);
    expect((await listed('server-type', world, 'fsn1')).map(({ value }) => value)).toEqual(['cax11', 'cx23', 'cpx22']);
  });

  it('nothing of what any text may be right for', async () => {
    await using world = await hetznerStand();

    expect(await listed('image', world)).toEqual([]);
  });
});

describe("Hetzner's credentials", () => {
  it('are those of the variable that counts first, or of the active context', async () => {
    using folder = testFolder();
    mkdirSync(join(folder.path, '.config', 'hcloud'), { recursive: true });
    const file = 'active_context = "work"\n[[contexts]]\nname = "work"\ntoken = "abc"\n';
    writeFileSync(join(folder.path, '.config', 'hcloud', 'cli.toml'), file);

    const found = await Promise.all([
      hetzner.credentials?.({ HCLOUD_TOKEN: 'abc' }),
      hetzner.credentials?.({ HOME: folder.path }),
      hetzner.credentials?.({}),
    ]);

    expect(found).toEqual(['HCLOUD_TOKEN', 'hcloud\'s context "work"', undefined]);
  });
});
