import '../helpers/realm.js';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  checkServerIdentity,
  connect,
  createServer,
  type ConnectionOptions,
  type SecureVersion,
  type TLSSocket,
} from 'node:tls';
import type { KeyPair } from '../../src/record.js';
import { testCertificates, type TestCertificates } from '../helpers/certificates.js';
import { failureOf } from '../helpers/failure.js';

let ours: TestCertificates;
let theirs: TestCertificates;
let server: KeyPair;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([testCertificates(), testCertificates()]);
  server = await ours.server(['web-1', 'localhost', '127.0.0.1', '::1']);
});

/** A server that asks for a client of our authority, as dockerd --tlsverify does, and tells each what it holds against it. */
async function listening(maxVersion: SecureVersion): Promise<AsyncDisposable & { port: number }> {
  const { certificate: cert, privateKey: key } = server;
  // Node cuts off whom it rejects without an alert, so the verdict is told in the stream instead.
  const options = {
    cert,
    key,
    ca: ours.authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
    maxVersion,
  };
  const tls = createServer(options, (socket) => {
    socket.on('error', () => {}).end(socket.authorized ? 'welcome' : String(socket.authorizationError));
  });
  tls.on('tlsClientError', () => {});
  tls.listen(0, '127.0.0.1');
  await once(tls, 'listening');
  const { port } = tls.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: async () => void (await once(tls.close(), 'close')) };
}

async function greeting(options: ConnectionOptions): Promise<string> {
  const socket: TLSSocket = connect({ host: '127.0.0.1', ...options });
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  await once(socket, 'end');
  return heard;
}

const showing = ({ certificate: cert, privateKey: key }: KeyPair, ca: KeyPair) => ({ cert, key, ca: ca.certificate });

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('mutual %s', (version) => {
  it.each(['127.0.0.1', 'localhost', 'web-1', '::1'])('lets our client in and is known as %s', async (servername) => {
    await using tls = await listening(version);

    const heard = await greeting({
      port: tls.port,
      ...showing(ours.client, ours.authority),
      checkServerIdentity: (_host, certificate) => checkServerIdentity(servername, certificate),
    });

    expect(heard).toBe('welcome');
  });

  it('refuses a client of another authority', async () => {
    await using tls = await listening(version);

    const heard = await greeting({ port: tls.port, ...showing(theirs.client, ours.authority) });

    expect(heard).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('refuses a client without a certificate', async () => {
    await using tls = await listening(version);

    const heard = await greeting({ port: tls.port, ca: ours.authority.certificate });

    expect(heard).toBe('UNABLE_TO_GET_ISSUER_CERT');
  });

  it('does not take a server certificate for a client', async () => {
    await using tls = await listening(version);

    const heard = await greeting({ port: tls.port, ...showing(server, ours.authority) });

    expect(heard).toBe('INVALID_PURPOSE');
  });

  it('is refused by a client of another authority', async () => {
    await using tls = await listening(version);

    const failure = await failureOf(greeting({ port: tls.port, ...showing(ours.client, theirs.authority) }));

    expect(failure.code).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });

  it('is refused under a name the server has not', async () => {
    await using tls = await listening(version);
    const options = { port: tls.port, servername: 'web-2', ...showing(ours.client, ours.authority) };

    const failure = await failureOf(greeting(options));

    expect(failure.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
