import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { credentialsOf } from '../../../drivers/amazonec2/credentials.js';
import { failureOf, told } from '../../helpers/failure.js';
import { testFolder, type TestFolder } from '../../helpers/folder.js';

type Environment = Record<string, string>;

const homes: TestFolder[] = [];
afterEach(() => {
  for (const one of homes.splice(0)) one[Symbol.dispose]();
});

async function home(files: Record<string, string>): Promise<Environment> {
  const folder = testFolder();
  homes.push(folder);
  await mkdir(join(folder.path, '.aws'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, '.aws', name), text);
  return { HOME: folder.path, AWS_EC2_METADATA_DISABLED: 'true' };
}

async function keysOf(
  environment: Environment,
  { secrets = {}, profile = '' }: { secrets?: Record<string, string>; profile?: string } = {},
): Promise<{ accessKeyId: string; sessionToken?: string | undefined }> {
  const { accessKeyId, sessionToken } = await credentialsOf({ secrets, environment, profile, region: 'us-east-1' })();
  return { accessKeyId, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

const PROFILES = {
  credentials: '[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n',
  config: [
    '[profile work]\naws_access_key_id = AKWORK\naws_secret_access_key = s\n',
    `[profile tool]\ncredential_process = ${process.execPath} -e "process.stdout.write(JSON.stringify({Version:1,AccessKeyId:'AKTOOL',SecretAccessKey:'s'}))"\n`,
    '[profile broken]\ncredential_process = false\n',
    '[profile sso]\nsso_start_url = https://example.org\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n',
  ].join('\n'),
};

describe('credentials of AWS', () => {
  it('takes the options first', async () => {
    const secrets = { 'access-key': 'AKTYPED', 'secret-key': 's', 'session-token': 't' };

    expect(await keysOf(await home(PROFILES), { secrets })).toEqual({ accessKeyId: 'AKTYPED', sessionToken: 't' });
  });

  it('takes a profile that the option names before keys of the environment, not before typed ones', async () => {
    const environment = { ...(await home(PROFILES)), AWS_ACCESS_KEY_ID: 'AKENV' };
    const secrets = (key: string): Record<string, string> => ({ 'access-key': key, 'secret-key': 's' });

    expect(await keysOf(environment, { secrets: secrets('AKENV'), profile: 'work' })).toEqual({
      accessKeyId: 'AKWORK',
    });
    expect(await keysOf(environment, { secrets: secrets('AKTYPED'), profile: 'work' })).toEqual({
      accessKeyId: 'AKTYPED',
    });
  });

  it.each([
    ['the default profile', {}, 'AKDEFAULT'],
    ['the profile of AWS_PROFILE', { AWS_PROFILE: 'work' }, 'AKWORK'],
    ['the process of a profile', { AWS_PROFILE: 'tool' }, 'AKTOOL'],
  ])('takes %s', async (_what, more, accessKeyId) => {
    expect(await keysOf({ ...(await home(PROFILES)), ...more })).toEqual({ accessKeyId });
  });

  it('reads files where the environment says they are', async () => {
    const { HOME = '' } = await home(PROFILES);
    const empty = await home({});

    expect(await keysOf({ ...empty, AWS_SHARED_CREDENTIALS_FILE: join(HOME, '.aws', 'credentials') })).toEqual({
      accessKeyId: 'AKDEFAULT',
    });
  });

  it('asks for the role of the container, with its token', async () => {
    await using service = await serving((authorization) => ({
      ...{ AccessKeyId: `AK${authorization}`, SecretAccessKey: 's', Token: 't', Expiration: '2099-01-01T00:00:00Z' },
    }));
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: service.url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'TOKEN',
    };

    expect(await keysOf({ ...(await home({})), ...container })).toEqual({ accessKeyId: 'AKTOKEN', sessionToken: 't' });
  });

  it('names the three ways to give some where there are none', async () => {
    const failure = await failureOf(keysOf(await home({})));

    expect(told(failure)).toEqual({
      code: 'CredentialsMissing',
      message: 'no AWS credentials were found',
      exitCode: 3,
    });
    expect(failure.suggestions).toEqual([
      'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…',
      'Run: aws configure, or: aws configure sso, and name the profile with --amazonec2-profile',
      'Give --amazonec2-access-key and --amazonec2-secret-key',
    ]);
  });

  it('says which half of the keys is missing', async () => {
    const failure = await failureOf(keysOf(await home({}), { secrets: { 'access-key': 'AK' } }));

    expect(told(failure)).toEqual({
      code: 'CredentialsMissing',
      message: 'half of the AWS keys is missing: --amazonec2-secret-key',
      exitCode: 3,
    });
  });

  it.each(['nobody', 'broken', 'sso'])('does not pass over a profile "%s" that was asked for', async (profile) => {
    const failure = await failureOf(keysOf(await home(PROFILES), { profile }));

    expect(told(failure)).toEqual({
      code: 'CredentialsRefused',
      message: `profile "${profile}" gives no AWS credentials`,
      exitCode: 3,
    });
    expect(failure.suggestions[0]).toBe(`aws sso login --profile ${profile}`);
  });
});

async function serving(answer: (authorization: string) => object): Promise<{ url: string } & AsyncDisposable> {
  const server: Server = createServer((request, response) => {
    response.end(JSON.stringify(answer(request.headers.authorization ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
