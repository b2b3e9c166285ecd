import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { testCertificates } from '../helpers/certificates.js';
import { amazonec2StandIn, KEYS } from '../standins/amazonec2/index.js';
import { googleStandIn, PROJECT, TOKEN } from '../standins/google/index.js';
import { standIn, type StandInAnswer } from '../standins/server.js';
import { Berth } from './support/berth.js';
import { describeReal } from './support/needs.js';
import { inOwnNetwork } from './support/own-network.js';

const NOTHING_LEFT = { code: 0, stdout: 'Nothing is left over.\n' };
const portOf = (url: string): number => Number(new URL(url).port);

describeReal('credentials that are fetched where nobody can move it', () => {
  it('are the role of a task of ECS, which 169.254.170.2 gives', async () => {
    using berth = new Berth();
    await using ec2 = await amazonec2StandIn({ keys: { ...KEYS, sessionToken: 'of the task' } });
    await using ecs = await standIn({
      nameOf: ({ method, url, headers }) => `${method} http://${headers.host}${url.pathname}`,
      handle: (): StandInAnswer => ({
        status: 200,
        body: {
          ...{ AccessKeyId: KEYS.accessKey, SecretAccessKey: KEYS.secretKey, Token: 'of the task' },
          Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        },
      }),
      left: () => [],
    });
    berth.environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] = '/v2/credentials/4f1c';
    const services = { '169.254.170.2:80': portOf(ecs.url), [new URL(ec2.url).host]: portOf(ec2.url) };

    const ran = await inOwnNetwork(berth, { services }, 'gc', '-d', 'amazonec2', '--amazonec2-endpoint', ec2.url);

    expect(ran).toMatchObject(NOTHING_LEFT);
    expect(ecs.calls).toEqual(['GET http://169.254.170.2/v2/credentials/4f1c']);
    expect(ec2.calls.length).toBeGreaterThan(0);
  }, 60_000);

  it('are those of a user of gcloud, whose refresh token oauth2.googleapis.com exchanges', async () => {
    using berth = new Berth();
    await using compute = await googleStandIn();
    await using oauth = await tokenService(berth);
    const folder = join(berth.home, '.config', 'gcloud');
    mkdirSync(folder, { recursive: true });
    const user = { type: 'authorized_user', client_id: 'gcloud.apps', client_secret: 's', refresh_token: '1//refresh' };
    writeFileSync(join(folder, 'application_default_credentials.json'), JSON.stringify(user));
    const network = {
      services: { '127.0.0.1:443': oauth.port, [new URL(compute.url).host]: portOf(compute.url) },
      names: ['oauth2.googleapis.com'],
    };
    const flags = ['--google-endpoint', compute.url, '--google-project', PROJECT];

    const ran = await inOwnNetwork(berth, network, 'gc', '-d', 'google', ...flags);

    expect(ran).toMatchObject(NOTHING_LEFT);
    expect(oauth.forms.map((form) => Object.fromEntries(new URLSearchParams(form)))).toEqual([
      { grant_type: 'refresh_token', client_id: 'gcloud.apps', client_secret: 's', refresh_token: '1//refresh' },
    ]);
    expect(compute.calls.length).toBeGreaterThan(0);
  }, 60_000);
});

/** Google's token service, which berth trusts by an authority that the environment names. */
async function tokenService(berth: Berth): Promise<AsyncDisposable & { port: number; forms: readonly string[] }> {
  const certificates = await testCertificates();
  const { certificate: cert, privateKey: key } = await certificates.server(['oauth2.googleapis.com']);
  const trusted = join(berth.home, 'authority.pem');
  writeFileSync(trusted, certificates.authority.certificate);
  berth.environment['NODE_EXTRA_CA_CERTS'] = trusted;
  const forms: string[] = [];
  const service = createServer({ cert, key }, (request, response) => {
    void text(request).then((form) => {
      forms.push(form);
      const isRight = request.method === 'POST' && request.url === '/token';
      response.writeHead(isRight ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: TOKEN, expires_in: 3_599, token_type: 'Bearer' }));
    });
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  return {
    port: (service.address() as AddressInfo).port,
    forms,
    [Symbol.asyncDispose]: async () => {
      service.closeAllConnections();
      await new Promise((done) => service.close(done));
    },
  };
}
