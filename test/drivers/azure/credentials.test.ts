import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import { CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION, TENANT } from '../../standins/azure/index.js';
import { token } from '../../standins/azure/login.js';
import { failureOf } from '../../helpers/failure.js';
import { contextOf } from '../contract.js';
import { ask, NOTHING, world, type World } from './login-support.js';

/** A certificate with its key, as `az ad sp create-for-rbac --create-cert` writes it. */
async function certificate(of: World, passphrase?: string): Promise<{ path: string; pem: string }> {
  const [key, cert] = [join(of.folder, 'key.pem'), join(of.folder, 'cert.pem')];
  const lock = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=berth', ...lock],
    { stdio: 'ignore' },
  );
  const both = join(of.folder, 'both.pem');
  const pem = execFileSync('cat', [key, cert], { encoding: 'utf8' });
  await writeFile(both, pem, { mode: 0o600 });
  return { path: both, pem };
}

describe('the credentials of Azure', () => {
  it('are the secret of an application, its tenant being that of the subscription', async () => {
    await using of = await world();

    const found = await ask(of, { secrets: { 'client-secret': CLIENT_SECRET } }, { 'client-id': CLIENT_ID });

    expect(found).toHaveLength(3);
    expect(of.standIn.calls).toEqual(['GET subscription', 'POST token', 'GET resources']);
  });

  it("are the environment's, where those of the record are refused", async () => {
    await using of = await world();
    const environment = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT_ID, AZURE_CLIENT_SECRET: CLIENT_SECRET };

    const found = await ask(of, { environment, secrets: { 'client-secret': 'outdated' } }, { 'client-id': CLIENT_ID });

    expect(found).toHaveLength(3);
    expect(of.standIn.calls).toEqual(['POST token', 'POST token', 'GET resources']);
  });

  it.each([[undefined], ['open sesame']])('are a certificate, its key locked with %s', async (passphrase) => {
    await using of = await world();
    const { path, pem } = await certificate(of, passphrase);
    of.standIn.login.certificate = pem;
    const lock = passphrase === undefined ? {} : { AZURE_CLIENT_CERTIFICATE_PASSWORD: passphrase };

    const found = await ask(
      of,
      { environment: { AZURE_CLIENT_CERTIFICATE_PATH: path, AZURE_TENANT_ID: TENANT, ...lock } },
      { 'client-id': CLIENT_ID },
    );

    expect(found).toHaveLength(3);
  });

  it('are a token that somebody else gives for a workload', async () => {
    await using of = await world();
    of.standIn.login.federated = 'token.of.kubernetes';
    const path = join(of.folder, 'token');
    await writeFile(path, 'token.of.kubernetes\n');

    const found = await ask(of, {
      environment: { AZURE_FEDERATED_TOKEN_FILE: path, AZURE_CLIENT_ID: CLIENT_ID, AZURE_TENANT_ID: TENANT },
    });

    expect(found).toHaveLength(3);
  });

  it('are those of the az program, and so is the subscription', async () => {
    await using of = await world();
    const answer = { accessToken: token(of.standIn.login), expires_on: 4_000_000_000, subscription: SUBSCRIPTION };
    const words = join(of.folder, 'words');
    await program(of, `echo "$*" >> ${words}; echo '${JSON.stringify(answer)}'`);
    const { 'subscription-id': _none, ...options } = of.options;

    const found = await driver.owned?.(options, contextOf({ environment: { ...NOTHING, PATH: pathWith(of) } }));

    expect(found).toHaveLength(3);
    expect(execFileSync('cat', [words], { encoding: 'utf8' })).toBe(
      'account get-access-token --output json --resource https://management.azure.com\n' +
        `account get-access-token --output json --resource https://management.azure.com --subscription ${SUBSCRIPTION}\n`,
    );
  });

  it('are missing where there are none, and the ways to have some are told', async () => {
    await using of = await world();

    const failure = await failureOf(ask(of, {}));

    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'CredentialsMissing',
      'no Azure credentials were found',
      [
        'az login',
        'export AZURE_TENANT_ID=… AZURE_CLIENT_ID=… AZURE_CLIENT_SECRET=…',
        'Give --azure-client-id and --azure-client-secret or --azure-client-certificate-path',
      ],
    ]);
  });

  it('are refused in the words of Entra', async () => {
    await using of = await world();

    const failure = await failureOf(
      ask(of, { secrets: { 'client-secret': 'wrong-secret-of-mine' } }, { 'client-id': CLIENT_ID }),
    );

    expect([failure.code, failure.message]).toEqual([
      'CredentialsRefused',
      'Azure: does not accept the credentials (look for what is left)',
    ]);
    expect(failure.cause).toEqual(new Error('invalid_client: AADSTS7000215: Invalid client secret provided.'));
  });

  it('are asked for once more when a token is refused', async () => {
    await using of = await world();
    const context = contextOf({ secrets: { 'client-secret': CLIENT_SECRET }, environment: NOTHING });
    const options = { ...of.options, 'client-id': CLIENT_ID, 'tenant-id': TENANT };
    await driver.owned?.(options, context);
    of.standIn.login.tokens.clear();

    await driver.owned?.(options, context);

    expect(of.standIn.calls).toEqual([
      ...['POST token', 'GET resources'],
      ...['GET resources', 'POST token', 'GET resources'],
    ]);
  });

  it('need a certificate with its key in the file, and show nothing of the file', async () => {
    await using of = await world();
    const path = join(of.folder, 'broken.pem');
    await writeFile(path, 'top secret');
    const environment = { AZURE_CLIENT_CERTIFICATE_PATH: path, AZURE_CLIENT_ID: CLIENT_ID, AZURE_TENANT_ID: TENANT };

    const failure = await failureOf(ask(of, { environment }));

    expect(failure.message).toBe('no RSA certificate with its key is in the file to log in with');
    expect(String(failure.cause) + failure.suggestions.join()).not.toContain('top secret');
  });
});

async function program({ folder }: World, script: string): Promise<void> {
  await writeFile(join(folder, 'az'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'az'), 0o755);
}

function pathWith({ folder }: World): string {
  return [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
}
