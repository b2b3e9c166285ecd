import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { amazonec2 } from '../../../drivers/amazonec2/index.js';
import { credentialsOf } from '../../../drivers/amazonec2/credentials.js';
import { failureOf } from '../../helpers/failure.js';
import { testFolder } from '../../helpers/folder.js';
import { KEYS } from '../../standins/amazonec2/index.js';
import { standIn, type CloudStandIn, type StandInRequest } from '../../standins/server.js';
import { contextOf, newHost } from '../contract.js';
import { stand } from './stand.js';

const EXPIRY = '2099-01-01T00:00:00Z';
const STS = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The SDK itself reads the process's environment; what a test puts there is taken away again. */
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

function surroundings(more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  Object.assign(process.env, more);
  return { AWS_EC2_METADATA_DISABLED: 'true', ...more };
}

async function keyOf(environment: Readonly<Record<string, string>>, profile = ''): Promise<string> {
  const { accessKeyId, sessionToken = '' } = await credentialsOf({
    ...{ secrets: {}, environment, profile, region: 'us-east-1' },
  })();
  return `${accessKeyId} ${sessionToken}`;
}

/** A service of AWS: `answer` gets the request, and refuses by giving nothing. */
function service(answer: (request: StandInRequest) => unknown): Promise<CloudStandIn> {
  return standIn({
    nameOf: ({ method, url }) => `${method} ${url.pathname}`,
    handle: (request) => {
      const body = answer(request);
      return body === undefined ? { status: 401, body: 'no' } : { status: 200, body };
    },
    left: () => [],
  });
}

describe('credentials of AWS that a service gives', () => {
  it('are those of a single sign-on, by the token that `aws sso login` has left', async () => {
    using home = testFolder();
    const cache = join(home.path, '.aws', 'sso', 'cache');
    mkdirSync(cache, { recursive: true });
    const session = '[sso-session corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\n';
    const profile = '[profile work]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = admin\n';
    writeFileSync(join(home.path, '.aws', 'config'), session + profile);
    const token = join(cache, `${createHash('sha1').update('corp').digest('hex')}.json`);
    writeFileSync(token, JSON.stringify({ accessToken: 'SSO', expiresAt: EXPIRY }));
    await using portal = await service(({ url, headers }) =>
      headers['x-amz-sso_bearer_token'] === 'SSO'
        ? {
            roleCredentials: {
              ...{ accessKeyId: `AK${url.searchParams.get('role_name')}`, secretAccessKey: 's', sessionToken: 't' },
              expiration: Date.parse(EXPIRY),
            },
          }
        : undefined,
    );
    const environment = surroundings({ HOME: home.path, AWS_ENDPOINT_URL_SSO: portal.url });

    expect(await keyOf(environment, 'work')).toBe('AKadmin t');
    expect(portal.calls).toEqual(['GET /federation/credentials']);
  });

  it('are refused where the sign-on is over, with the way to sign on again', async () => {
    using home = testFolder();
    mkdirSync(join(home.path, '.aws'));
    const session = '[sso-session corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\n';
    const profile = '[profile work]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = admin\n';
    writeFileSync(join(home.path, '.aws', 'config'), session + profile);

    const failure = await failureOf(keyOf(surroundings({ HOME: home.path }), 'work'));

    expect([failure.message, ...failure.suggestions]).toEqual([
      'profile "work" gives no AWS credentials',
      'aws sso login --profile work',
      'aws configure list-profiles',
    ]);
  });

  it('are a role that a profile assumes with the keys of another', async () => {
    using home = testFolder();
    mkdirSync(join(home.path, '.aws'));
    const base = '[base]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n';
    writeFileSync(join(home.path, '.aws', 'credentials'), base);
    const role = '[profile ops]\nrole_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = base\n';
    writeFileSync(join(home.path, '.aws', 'config'), role);
    await using sts = await service(({ headers, body }) =>
      headers.authorization?.includes('Credential=AKBASE/') ? assumed('AssumeRole', body) : undefined,
    );
    const environment = surroundings({ HOME: home.path, AWS_ENDPOINT_URL_STS: sts.url });

    expect(await keyOf(environment, 'ops')).toBe('AKarn:aws:iam::123456789012:role/ops t');
  });

  it('are a web identity’s, as Kubernetes gives them', async () => {
    using home = testFolder();
    const token = join(home.path, 'token');
    writeFileSync(token, 'JWT');
    await using sts = await service(({ body }) =>
      body.includes('WebIdentityToken=JWT') ? assumed('AssumeRoleWithWebIdentity', body) : undefined,
    );
    const environment = surroundings({
      ...{ HOME: home.path, AWS_ENDPOINT_URL_STS: sts.url, AWS_WEB_IDENTITY_TOKEN_FILE: token },
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
    });

    expect(await keyOf(environment)).toBe('AKarn:aws:iam::123456789012:role/pod t');
  });

  it('are the pod identity of EKS, by the token in its file as it is now', async () => {
    using home = testFolder();
    const token = join(home.path, 'token');
    await using agent = await service(({ headers }) => keys(`AK${headers.authorization}`));
    const environment = surroundings({
      ...{ HOME: home.path, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/v1/credentials` },
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
    });

    writeFileSync(token, 'ONE');
    const first = await keyOf(environment);
    writeFileSync(token, 'TWO');

    expect([first, await keyOf(environment)]).toEqual(['AKONE t', 'AKTWO t']);
    expect(agent.calls).toEqual(['GET /v1/credentials', 'GET /v1/credentials']);
  });

  it('are the role of the instance, asked for with a token of IMDSv2 alone', async () => {
    using home = testFolder();
    await using metadata = await service(({ method, url, headers }) => {
      if (method === 'PUT') return Number(headers['x-aws-ec2-metadata-token-ttl-seconds']) > 0 ? 'IMDS' : undefined;
      if (headers['x-aws-ec2-metadata-token'] !== 'IMDS') return undefined;
      return url.pathname.endsWith('/security-credentials/') ? 'builder' : keys('AKBUILDER');
    });
    const environment = { HOME: home.path };
    surroundings({ HOME: home.path, AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url });

    expect(await keyOf(environment)).toBe('AKBUILDER t');
    expect(metadata.calls).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/builder',
    ]);
  });
});

describe('a machine whose credentials have changed since it was made', () => {
  it('is removed with those that its profile has today', async () => {
    using home = testFolder();
    await using world = await stand({}, { profile: 'work' });
    mkdirSync(join(home.path, '.aws'));
    const give = (secret: string): void =>
      writeFileSync(
        join(home.path, '.aws', 'config'),
        `[profile work]\naws_access_key_id = ${KEYS.accessKey}\naws_secret_access_key = ${secret}\n`,
      );
    const context = (): ReturnType<typeof contextOf> => contextOf({ environment: { HOME: home.path } });
    const driver = await amazonec2.load();
    give(KEYS.secretKey);
    const machine = await driver.create(newHost(world.options) as Parameters<typeof driver.create>[0], context());

    give('of yesterday');
    const failure = await failureOf(driver.remove(machine, context()));
    give(KEYS.secretKey);
    await driver.remove(machine, context());

    expect(failure.code).toBe('CredentialsRefused');
    expect(world.standIn.left()).toEqual([]);
  });
});

function keys(AccessKeyId: string): object {
  return { Code: 'Success', AccessKeyId, SecretAccessKey: 's', Token: 't', Expiration: EXPIRY };
}

/** The answer of AWS's token service; the key tells which role was asked for. */
function assumed(action: string, body: string): string {
  const role = new URLSearchParams(body).get('RoleArn');
  const given = `<AccessKeyId>AK${role}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`;
  const credentials = `<Credentials>${given}<Expiration>${EXPIRY}</Expiration></Credentials>`;
  const result = `<${action}Result>${credentials}</${action}Result>`;
  return `<${action}Response xmlns="${STS}">${result}</${action}Response>`;
}
