import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loginsOf } from '../../../drivers/openstack/credentials.js';
import { driver } from '../../../drivers/openstack/driver.js';
import { identityOf } from '../../../drivers/openstack/identity.js';
import { APPLICATION, PASSWORD, PROJECT, USER } from '../../standins/openstack/index.js';
import { failureOf } from '../../helpers/failure.js';
import { contextOf } from '../contract.js';
import { DEFAULTS, openstackHost, openstackStand } from './support.js';

const NOBODY = identityOf(DEFAULTS);

describe('credentials of OpenStack', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-openstack-'));
    await mkdir(join(home, '.config', 'openstack'), { recursive: true });
  });
  afterEach(() => rm(home, { recursive: true }));

  const writeConfig = (name: string, text: string): Promise<void> =>
    writeFile(join(home, '.config', 'openstack', name), text);
  const bodies = async (environment: Record<string, string>, secrets = {}): Promise<readonly unknown[]> =>
    (await loginsOf(NOBODY, { environment, secrets })).map(({ body }) => body);

  it('come from the environment, by whichever names clouds write', async () => {
    const environment = {
      ...{ OS_AUTH_URL: 'https://k/v3', OS_USERNAME: 'ann', OS_PASSWORD: 'word', OS_USER_DOMAIN_NAME: 'users' },
      ...{ OS_PROJECT_NAME: 'demo', OS_PROJECT_DOMAIN_ID: 'p-1' },
    };

    const user = { name: 'ann', domain: { name: 'users' }, password: 'word' };
    expect(await bodies(environment)).toEqual([
      {
        auth: {
          identity: { methods: ['password'], password: { user } },
          scope: { project: { name: 'demo', domain: { id: 'p-1' } } },
        },
      },
    ]);
  });

  it('are those of an application credential where one is named, without a scope', async () => {
    const environment = {
      ...{ OS_AUTH_URL: 'https://k', OS_APPLICATION_CREDENTIAL_ID: 'a-1', OS_APPLICATION_CREDENTIAL_SECRET: 'word' },
      ...{ OS_PROJECT_ID: 'p-1' },
    };

    expect(await bodies(environment)).toEqual([
      {
        auth: {
          identity: { methods: ['application_credential'], application_credential: { id: 'a-1', secret: 'word' } },
        },
      },
    ]);
  });

  it('may be a token, which is good for the project that is named', async () => {
    const environment = { OS_AUTH_URL: 'https://k/v3', OS_TOKEN: 'gAAA', OS_PROJECT_ID: 'p-1' };

    expect(await bodies(environment)).toEqual([
      { auth: { identity: { methods: ['token'], token: { id: 'gAAA' } }, scope: { project: { id: 'p-1' } } } },
    ]);
  });

  it('come from clouds.yaml with what secure.yaml has', async () => {
    const cloud = 'auth: {auth_url: https://k/v3, username: ann, project_name: demo, user_domain_name: users}';
    await writeConfig('clouds.yaml', `clouds:\n  mine:\n    region_name: one\n    verify: false\n    ${cloud}\n`);
    await writeConfig('secure.yaml', 'clouds: {mine: {auth: {password: word}}}\n');

    const [login] = await loginsOf({ ...NOBODY, cloud: 'mine' }, { environment: { HOME: home }, secrets: {} });

    expect(login.words).toMatchObject({ authUrl: 'https://k/v3', region: 'one', insecure: true });
    const user = { name: 'ann', domain: { name: 'users' }, password: 'word' };
    expect(login.body).toEqual({
      auth: {
        identity: { methods: ['password'], password: { user } },
        scope: { project: { name: 'demo', domain: { name: 'users' } } },
      },
    });
  });

  it('of a cloud that is nowhere are missing, and the ones that are there are named', async () => {
    await writeConfig('clouds.yaml', 'clouds: {one: {auth: {}}, two: {auth: {}}}\n');

    const failure = await failureOf(loginsOf(NOBODY, { environment: { HOME: home, OS_CLOUD: 'three' }, secrets: {} }));

    expect([failure.code, failure.message]).toEqual(['CredentialsMissing', 'there is no cloud "three" in clouds.yaml']);
    expect(failure.suggestions).toEqual([`Take one of ${home}/.config/openstack/clouds.yaml: one, two`]);
  });

  it.each([
    [{}, 'CredentialsMissing', 'there are no credentials for OpenStack'],
    [{ OS_AUTH_URL: 'https://k', OS_USERNAME: 'a' }, 'CredentialsMissing', 'there is no password for OpenStack'],
    [
      { OS_AUTH_URL: 'https://k/v2.0' },
      'BadOption',
      'version 2 of Keystone is retired, berth speaks 3, got "https://k/v2.0"',
    ],
    [{ OS_AUTH_URL: 'https://k', OS_AUTH_TYPE: 'v3kerberos' }, 'BadOption', 'auth type "v3kerberos" is not spoken'],
  ])('that are not whole are told of: %j', async (environment, code, message) => {
    const failure = await failureOf(loginsOf(NOBODY, { environment, secrets: {} }));

    expect([failure.code, failure.message]).toEqual([code, message]);
  });

  it('of today remove a machine whose password was changed for an application credential', async () => {
    await using stand = await openstackStand();
    const machine = await driver.create(openstackHost(stand.options), contextOf(stand));
    const environment = {
      ...{ OS_AUTH_URL: `${stand.standIn.url}/identity`, OS_APPLICATION_CREDENTIAL_ID: APPLICATION.id },
      OS_APPLICATION_CREDENTIAL_SECRET: APPLICATION.secret,
    };

    await driver.remove(machine, contextOf({ secrets: { password: 'the former one' }, environment }));

    expect(stand.standIn.left()).toEqual([]);
  });

  it('that were in the environment lead to the same project without it, the password aside', async () => {
    await using stand = await openstackStand({ username: '', 'tenant-name': '' });
    const environment = { OS_USERNAME: USER, OS_PROJECT_ID: PROJECT, OS_PASSWORD: PASSWORD };
    const machine = await driver.create(openstackHost(stand.options), contextOf({ environment }));

    await driver.remove(machine, contextOf({ environment: { OS_PASSWORD: PASSWORD } }));

    expect(stand.standIn.left()).toEqual([]);
    expect(JSON.stringify(machine)).not.toContain(PASSWORD);
  });

  it('ask for a new token when the one before has come to its end', async () => {
    await using stand = await openstackStand();
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);
    stand.standIn.world.tokens.clear();

    const state = await driver.state(machine, context);

    expect(state).not.toBe('gone');
    expect(stand.standIn.calls.filter((call) => call.includes('/identity/'))).toHaveLength(2);
  });
});
