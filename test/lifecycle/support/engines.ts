import '../../helpers/realm.js';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { KeyPair } from '../../../src/record.js';

/** Engines on loopback addresses of their own, as provisioning brings them about: mutual TLS, answering /version. */
export class Engines implements AsyncDisposable {
  readonly #running = new Map<string, Server>();
  /** Answers in place of an engine that only knows its version; false leaves it to that. */
  answer: (address: string, request: IncomingMessage, response: ServerResponse) => boolean = () => false;

  /** Starts the engine there, or starts it again with other certificates. */
  async run(
    address: string,
    port: number,
    tls: { readonly authority: string; readonly server: KeyPair },
  ): Promise<void> {
    await this.stop(address, port);
    const { certificate, privateKey } = tls.server;
    const server = createServer(
      { cert: certificate, key: privateKey, ca: tls.authority, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        if (this.answer(address, request, response)) return;
        response.end(JSON.stringify({ Version: '28.2.2', ApiVersion: '1.50' }));
      },
    );
    server.on('tlsClientError', () => {}).on('connection', (socket) => socket.on('error', () => {}));
    server.listen(port, address);
    await once(server, 'listening');
    this.#running.set(`${address}:${port}`, server);
  }

  async stop(address: string, port: number): Promise<void> {
    const server = this.#running.get(`${address}:${port}`);
    if (!server) return;
    this.#running.delete(`${address}:${port}`);
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of [...this.#running.keys()]) {
      const [address = '', port] = key.split(':');
      await this.stop(address, Number(port));
    }
  }
}
