import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseContexts } from '../../../drivers/hetzner/contexts.js';
import { tokensOf } from '../../../drivers/hetzner/credentials.js';
import { hetzner } from '../../../drivers/hetzner/index.js';
import type { HetznerMachine } from '../../../drivers/hetzner/handle.js';
import { failureOf } from '../../helpers/failure.js';
import { TOKEN } from '../../standins/hetzner/index.js';
import { contextOf } from '../contract.js';
import { hetznerHost, hetznerStand } from './support.js';

const CLI = `# made by hcloud
active_context = "work"

[preferences]
  token = "not a token"

[[contexts]]
  name = "home"
  token = 'home-token'

[[contexts]]
  name = "work" # the other one
  token = "work\\u002dtoken"
  [contexts.preferences]
    name = "no name"
`;
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-hcloud-'));
});
afterEach(() => rm(home, { recursive: true }));

async function putCli(text = CLI, path = join(home, '.config', 'hcloud', 'cli.toml')): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

describe('tokens of Hetzner', () => {
  it('come from the contexts of the hcloud CLI, and only from there', () => {
    const { active, tokens } = parseContexts(CLI);

    expect([active, [...tokens]]).toEqual([
      'work',
      [
        ['home', 'home-token'],
        ['work', 'work-token'],
      ],
    ]);
  });

  it.each([
    ['the option', { 'api-token': 'a' }, { HETZNER_API_TOKEN: 'b', HCLOUD_TOKEN: 'c' }, 'a'],
    ['HETZNER_API_TOKEN', {}, { HETZNER_API_TOKEN: 'b', HCLOUD_TOKEN: 'c' }, 'b'],
    ['HCLOUD_TOKEN', {}, { HCLOUD_TOKEN: 'c', HCLOUD_CONTEXT: 'home' }, 'c'],
    ['HCLOUD_CONTEXT', {}, { HCLOUD_CONTEXT: 'home' }, 'home-token'],
    ['the active context', {}, {}, 'work-token'],
  ])('are taken from %s first', async (_where, secrets, environment, value) => {
    await putCli();

    const [first] = await tokensOf({ context: '' }, { secrets, environment: { HOME: home, ...environment } });

    expect(first.value).toBe(value);
  });

  it('are those of the context that the machine was made with, whatever is active now', async () => {
    await putCli();

    const environment = { HOME: home, HCLOUD_TOKEN: 'c' };
    const tokens = await tokensOf({ context: 'home' }, { secrets: {}, environment });

    expect(tokens).toEqual([
      { value: 'home-token', context: 'home' },
      { value: 'c', context: '' },
      { value: 'work-token', context: 'work' },
    ]);
  });

  it('are read from the file that HCLOUD_CONFIG names', async () => {
    const path = join(home, 'elsewhere.toml');
    await putCli(CLI, path);

    const [first] = await tokensOf({ context: '' }, { secrets: {}, environment: { HCLOUD_CONFIG: path } });

    expect(first.value).toBe('work-token');
  });

  it('are asked for where there is none', async () => {
    const failure = await failureOf(tokensOf({ context: '' }, { secrets: {}, environment: { HOME: home } }));

    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'CredentialsMissing',
      'there is no API token for Hetzner Cloud',
      ['export HETZNER_API_TOKEN=…', 'hcloud context create berth', 'export HCLOUD_TOKEN=…'],
    ]);
  });

  it('are tried one after the other where one is not known any more', async () => {
    await putCli(CLI.replace('work\\u002dtoken', TOKEN));
    await using world = await hetznerStand();
    const environment = { HOME: home, HCLOUD_TOKEN: 'another' };
    const context = contextOf({ secrets: { 'api-token': 'revoked' }, environment });

    const resource = await (await hetzner.load()).create(hetznerHost(world.options), context);

    expect([resource.context, context.kept.at(-1)]).toEqual(['work', resource]);
  });

  it('are told apart: with one of another project nothing is taken for gone', async () => {
    await using world = await hetznerStand();
    const driver = await hetzner.load();
    const resource = await driver.create(hetznerHost(world.options), contextOf(world));
    await driver.remove(resource, contextOf(world));
    const later = { ...contextOf(world), now: () => new Date(Date.now() + 3_600_000) };
    const elsewhere: HetznerMachine = { ...resource, mark: '0123456789ab' };

    const failure = await failureOf(driver.remove(elsewhere, later));

    expect([await driver.state(resource, later), await driver.state(elsewhere, later)]).toEqual(['gone', 'unknown']);
    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'CredentialsRefused',
      '"web-1" was made with another API token, and this one sees no such server',
      ['Give the API token of its project', 'berth rm -f web-1'],
    ]);
  });
});
