import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tokensOf } from '../../../drivers/digitalocean/credentials.js';
import { driver } from '../../../drivers/digitalocean/driver.js';
import { failureOf } from '../../helpers/failure.js';
import { TOKEN } from '../../standins/digitalocean/index.js';
import { contextOf } from '../contract.js';
import { dropletHost, dropletStand } from './stand.js';

const DOCTL = `access-token: dop_v1_own
api-url: ""
auth-contexts:
  work: dop_v1_work
  play: dop_v1_play
context: work
output: text
`;

let home = '';
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'berth-digitalocean-'))));
afterEach(() => rm(home, { recursive: true }));

async function doctl(text: string, path = '.config'): Promise<void> {
  const file = join(home, path, 'doctl', 'config.yaml');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o600 });
}

async function tokens(environment: Readonly<Record<string, string>>, context = ''): Promise<readonly string[]> {
  const found = await tokensOf({ context }, { secrets: {}, environment: { HOME: home, ...environment } });
  return found.map((token) => `${token.context}=${token.value}`);
}

describe('the token for DigitalOcean', () => {
  it('is the one that was given, before any other', async () => {
    await doctl(DOCTL);
    const environment = { HOME: home, DIGITALOCEAN_ACCESS_TOKEN: 'env', DIGITALOCEAN_TOKEN: 'short' };

    const found = await tokensOf({ context: '' }, { secrets: { 'access-token': 'given' }, environment });

    expect(found.map(({ value }) => value)).toEqual(['given', 'env', 'short', 'dop_v1_work']);
  });

  it.each([
    ['the current context of doctl', {}, ['work=dop_v1_work']],
    ['the context of the environment', { DIGITALOCEAN_CONTEXT: 'play' }, ['play=dop_v1_play']],
    ['the one without a context', { DIGITALOCEAN_CONTEXT: 'default' }, ['default=dop_v1_own']],
  ])('is that of %s', async (_what, environment, expected) => {
    await doctl(DOCTL);

    expect(await tokens(environment)).toEqual(expected);
  });

  it('is of the context that the machine was made with, whatever is current now', async () => {
    await doctl(DOCTL);

    expect(await tokens({}, 'play')).toEqual(['play=dop_v1_play', 'work=dop_v1_work']);
  });

  it("is in doctl's folder wherever the system has it", async () => {
    await doctl(DOCTL, join('Library', 'Application Support'));
    await doctl('access-token: elsewhere\n', 'settings');

    expect(await tokens({})).toEqual(['work=dop_v1_work']);
    expect(await tokens({ XDG_CONFIG_HOME: join(home, 'settings') })).toEqual(['default=elsewhere']);
  });

  it.each([['[no: map'], ['- list'], ['access-token: 7\nauth-contexts: none\n'], ['\tbad: "\n']])(
    'is missing where doctl has written %j, and the ways to have one are told',
    async (text) => {
      await doctl(text);

      const failure = await failureOf(tokens({}));

      expect([failure.code, failure.message, failure.suggestions]).toEqual([
        'CredentialsMissing',
        'there is no API token for DigitalOcean',
        ['export DIGITALOCEAN_ACCESS_TOKEN=…', 'doctl auth init', 'Give --digitalocean-access-token'],
      ]);
    },
  );

  it('has no line breaks, and is not shown when it has', async () => {
    const failure = await failureOf(tokens({ DIGITALOCEAN_TOKEN: 'two\nlines' }));

    expect([failure.code, failure.message]).toEqual([
      'CredentialsMissing',
      'the API token of DigitalOcean has characters that no token has',
    ]);
  });

  it('is the next one when the first is not known any more', async () => {
    await using world = await dropletStand();
    const credentials = { secrets: { 'access-token': 'outdated' }, environment: { DIGITALOCEAN_TOKEN: TOKEN } };

    const machine = await driver.create(dropletHost(world.options), contextOf(credentials));

    expect(world.standIn.calls.slice(0, 2)).toEqual(['GET /account', 'GET /account']);
    expect(machine.mark).toBe((await driver.create(dropletHost(world.options), contextOf(world), machine)).mark);
  });

  it('of another team does not make a machine gone, nor removed', async () => {
    await using world = await dropletStand();
    const machine = await driver.create(dropletHost(world.options), contextOf(world));
    world.standIn.tokens.set('another', 'another-team');
    const context = contextOf({ secrets: { 'access-token': 'another' } });
    const later = { ...context, now: () => new Date(Date.now() + 3_600_000) };

    const states = [await driver.state(machine, later), ...((await driver.states?.([machine], later)) ?? [])];
    const failure = await failureOf(driver.remove(machine, later));

    expect(states).toEqual(['unknown', 'unknown']);
    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'CredentialsRefused',
      '"web-1" was made with another token, and this one sees no droplet',
      ['Give a token of its team', 'berth rm -f web-1'],
    ]);
  });

  it('that was made anew in the same team sees what is gone', async () => {
    await using world = await dropletStand();
    const context = contextOf(world);
    const machine = await driver.create(dropletHost(world.options), context);
    await driver.remove(machine, context);
    world.standIn.tokens.set('renewed', machine.team);
    const renewed = contextOf({ secrets: { 'access-token': 'renewed' } });
    const later = { ...renewed, now: () => new Date(Date.now() + 3_600_000) };

    expect(await driver.state(machine, later)).toBe('gone');
    await expect(driver.remove(machine, later)).resolves.toBeUndefined();
  });

  it('may lack the right to ask for the account', async () => {
    await using world = await dropletStand();
    world.standIn.unscoped.add(TOKEN);

    const machine = await driver.create(dropletHost(world.options), contextOf(world));

    expect(machine.team).toBe('');
  });
});
