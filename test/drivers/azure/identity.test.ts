import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { token } from '../../standins/azure/login.js';
import { failureOf } from '../../helpers/failure.js';
import { ask, world } from './login-support.js';

describe('managed identities of Azure', () => {
  it('are the managed identity of a virtual machine', async () => {
    await using of = await world();
    await using service = await metadata(({ path, headers }) =>
      headers['metadata'] === 'true' && path.startsWith('/metadata/identity/oauth2/token?api-version=2018-02-01&')
        ? { access_token: token(of.standIn.login), expires_in: '3599', token_type: 'Bearer' }
        : undefined,
    );

    const found = await ask(of, { environment: { AZURE_POD_IDENTITY_AUTHORITY_HOST: service.url } });

    expect(found).toHaveLength(3);
    expect(service.paths).toEqual([
      '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com',
    ]);
  });

  it('are the managed identity of an App Service', async () => {
    await using of = await world();
    await using service = await metadata(({ headers }) =>
      headers['x-identity-header'] === 'proof'
        ? { access_token: token(of.standIn.login), expires_on: '4000000000' }
        : undefined,
    );
    const environment = {
      IDENTITY_ENDPOINT: `${service.url}/msi/token`,
      IDENTITY_HEADER: 'proof',
      AZURE_CLIENT_ID: 'me',
    };

    const found = await ask(of, { environment });

    expect(found).toHaveLength(3);
    expect(service.paths).toEqual([
      '/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com&client_id=me',
    ]);
  });

  it("of Arc's agent prove nothing with a file from elsewhere", async () => {
    await using of = await world();
    await using service = await metadata(() => 'Basic realm=/etc/shadow');

    const failure = await failureOf(
      ask(of, { environment: { IDENTITY_ENDPOINT: `${service.url}/token`, IMDS_ENDPOINT: service.url } }),
    );

    expect(failure.message).toBe('Azure: does not accept the credentials (look for what is left)');
    expect(failure.cause).toEqual(new Error('the Arc agent names an unexpected file: /etc/shadow'));
    expect(service.paths).toHaveLength(1);
  });
});

interface Metadata extends AsyncDisposable {
  readonly url: string;
  readonly paths: readonly string[];
}

/** A metadata service: an object is its answer, a text a challenge, undefined a refusal. */
async function metadata(
  answer: (request: { path: string; headers: Readonly<Record<string, unknown>> }) => object | string | undefined,
): Promise<Metadata> {
  const paths: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    paths.push(url);
    const said = answer({ path: url, headers });
    if (typeof said === 'object') response.end(JSON.stringify(said));
    else response.writeHead(401, typeof said === 'string' ? { 'www-authenticate': said } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
