import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { google } from '../../../drivers/google/index.js';
import type { GoogleOptions } from '../../../drivers/google/options.js';
import type { NewHost } from '../../../src/driver.js';
import { failureOf, told } from '../../helpers/failure.js';
import { testFolder } from '../../helpers/folder.js';
import { googleStandIn, PROJECT, TOKEN } from '../../standins/google/index.js';
import { standIn, type StandInAnswer } from '../../standins/server.js';
import { contextOf, newHost, type DriverStand } from '../contract.js';
import { optionsFor } from './options.js';

const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const ACCOUNT = {
  type: 'service_account',
  project_id: PROJECT,
  private_key_id: '1',
  private_key: KEYS.privateKey,
  client_email: 'ci@acme-1.iam.gserviceaccount.com',
};

type Given = Pick<DriverStand, 'secrets' | 'environment'> & { options?: Partial<GoogleOptions> };

/** The outcome of a check with these credentials, and the project that it asked about. */
async function checked({ options = {}, ...given }: Given): Promise<void> {
  await using world = await googleStandIn({ key: KEYS.publicKey });
  const driver = await google.load();
  const host = newHost(optionsFor(world, options)) as NewHost<GoogleOptions>;
  await driver.check(host, contextOf(given));
}

/** A service on loopback that answers by path. */
function service(answers: Readonly<Record<string, StandInAnswer>>): ReturnType<typeof standIn> {
  return standIn({
    nameOf: ({ url }) => url.pathname,
    handle: ({ url, headers }) => ({
      ...(answers[url.pathname] ?? { status: 404 }),
      headers: { 'metadata-flavor': String(headers['metadata-flavor']) },
    }),
    left: () => [],
  });
}

describe('credentials of the driver google', () => {
  it.each([
    ['as it is', JSON.stringify(ACCOUNT)],
    ['in base64', Buffer.from(JSON.stringify(ACCOUNT)).toString('base64')],
  ])('are the JSON of a service account %s, which signs its own tokens', async (_how, encoded) => {
    await expect(checked({ secrets: { 'auth-encoded-json': encoded } })).resolves.toBeUndefined();
  });

  it('are a file that is named by an option, by the environment, or where gcloud leaves it', async () => {
    using folder = testFolder();
    const path = join(folder.path, 'account.json');
    const gcloud = join(folder.path, '.config', 'gcloud');
    mkdirSync(gcloud, { recursive: true });
    writeFileSync(path, JSON.stringify(ACCOUNT));
    writeFileSync(join(gcloud, 'application_default_credentials.json'), JSON.stringify(ACCOUNT));

    const outcomes = await Promise.all([
      checked({ options: { 'credentials-file': path } }),
      checked({ environment: { GOOGLE_APPLICATION_CREDENTIALS: path } }),
      checked({ environment: { HOME: folder.path } }),
      checked({ environment: { CLOUDSDK_CONFIG: gcloud } }),
    ]);

    expect(outcomes).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('are a workload’s own token, exchanged at the token service', async () => {
    using folder = testFolder();
    const [token, path] = ['token', 'federated.json'].map((name) => join(folder.path, name)) as [string, string];
    await using sts = await service({
      '/token': { status: 200, body: { access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' } },
    });
    writeFileSync(token, 'the workload’s own token');
    writeFileSync(
      path,
      JSON.stringify({
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${sts.url}/token`,
        credential_source: { file: token },
      }),
    );

    await checked({ options: { project: PROJECT }, environment: { GOOGLE_APPLICATION_CREDENTIALS: path } });

    expect(sts.calls).toEqual(['/token']);
  });

  it('are the metadata server’s of a machine of Google, with its project', async () => {
    await using server = await service({
      '/computeMetadata/v1/instance/service-accounts/default/token': { status: 200, body: { access_token: TOKEN } },
      '/computeMetadata/v1/project/project-id': { status: 200, body: PROJECT },
    });

    await checked({ environment: { GCE_METADATA_HOST: new URL(server.url).host } });

    expect(server.calls).toEqual([
      '/computeMetadata/v1/project/project-id',
      '/computeMetadata/v1/instance/service-accounts/default/token',
    ]);
  });

  it('of today remove a machine whose file of credentials is gone, and without any the file is asked for', async () => {
    using folder = testFolder();
    const path = join(folder.path, 'account.json');
    writeFileSync(path, JSON.stringify(ACCOUNT));
    await using world = await googleStandIn({ key: KEYS.publicKey });
    const driver = await google.load();
    const host = newHost(optionsFor(world, { 'credentials-file': path })) as NewHost<GoogleOptions>;
    const machine = await driver.create(host, contextOf({}));
    rmSync(path);

    const failure = await failureOf(driver.remove(machine, contextOf({ environment: { HOME: folder.path } })));
    await driver.remove(machine, contextOf({ environment: { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN } }));

    expect(failure.message).toBe('cannot read the credentials that option --google-credentials-file names');
    expect(world.left()).toEqual([]);
  });

  it('are missing where there are none, with the ways to give them', async () => {
    using folder = testFolder();

    const failure = await failureOf(checked({ environment: { HOME: folder.path } }));

    expect(told(failure)).toEqual({
      code: 'CredentialsMissing',
      message: 'there are no credentials for Google Compute Engine',
      exitCode: 3,
    });
    expect(failure.suggestions).toEqual([
      'gcloud auth application-default login',
      'export GOOGLE_APPLICATION_CREDENTIALS=/path/to/service-account.json',
      'Give the JSON file of a service account as --google-credentials-file',
    ]);
  });

  it('are refused with the provider’s words when nobody knows them', async () => {
    const failure = await failureOf(
      checked({ options: { project: PROJECT }, environment: { GOOGLE_OAUTH_ACCESS_TOKEN: 'ya29.stolen' } }),
    );

    expect(told(failure)).toEqual({
      code: 'CredentialsRefused',
      message: 'Google: does not accept the credentials (check the request)',
      exitCode: 3,
    });
    expect(String(failure.cause)).toMatch(/^Error: HTTP 401: Request had invalid authentication credentials\./);
  });

  it.each([
    ['no JSON', 'AKIAabcdef', 'BadOption', 'option --google-auth-encoded-json wants the JSON of credentials'],
    [
      'half a key',
      '{"type":"service_account"}',
      'CredentialsRefused',
      "the JSON of Google's credentials is not complete",
    ],
  ])('are never told when they are %s', async (_what, encoded, code, message) => {
    const failure = await failureOf(checked({ secrets: { 'auth-encoded-json': encoded } }));

    expect([failure.code, failure.message]).toEqual([code, message]);
    expect(`${failure.message} ${String(failure.cause)}`).not.toContain(encoded);
  });
});

describe('the project of the driver google', () => {
  it.each(['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT'])('comes from %s', async (name) => {
    const environment = { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN, [name]: PROJECT };

    await expect(checked({ environment })).resolves.toBeUndefined();
  });

  it('comes from gcloud’s active configuration', async () => {
    using folder = testFolder();
    mkdirSync(join(folder.path, 'configurations'));
    writeFileSync(join(folder.path, 'active_config'), 'work\n');
    writeFileSync(
      join(folder.path, 'configurations', 'config_work'),
      `[compute]\nproject = other\n[core]\naccount = joe\nproject = ${PROJECT}\n[run]\n`,
    );
    const environment = { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN, CLOUDSDK_CONFIG: folder.path };

    await expect(checked({ environment })).resolves.toBeUndefined();
  });

  it('is asked for where nothing names one', async () => {
    using folder = testFolder();
    const environment = { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN, HOME: folder.path };

    const failure = await failureOf(checked({ environment }));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'driver google wants a project, and neither credentials nor gcloud name one',
      exitCode: 2,
    });
  });
});
