import { existsSync, readFileSync } from 'node:fs';
import { createServer as createEngine, type Server as Engine } from 'node:https';
import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sshServer, type Answer, type SshServer } from '../../helpers/ssh-server.js';
import type { Machinery } from '../../standins/server.js';

interface FirstBoot {
  readonly hostname: string;
  readonly ssh_keys: { readonly ed25519_private: string; readonly ed25519_public: string };
}

/**
 * Hosts without a system behind a stand-in: after the time of a boot an sshd with the planted host key answers at an address
 * of 127.0.2.0/24 what a Debian with an engine answers, and an engine with the certificates of the store beside it.
 */
export class PretendedMachines implements Machinery, AsyncDisposable {
  readonly #open: (SshServer | Server | Engine)[] = [];
  #made = 0;

  constructor(
    private readonly store: () => string,
    private readonly bootMs: number,
  ) {}

  async boot({ userData }: Parameters<Machinery['boot']>[0]): Promise<string> {
    const address = `127.0.2.${(this.#made += 1)}`;
    await new Promise((resolve) => setTimeout(resolve, this.bootMs));
    const { hostname, ssh_keys: keys } = parse(userData) as FirstBoot;
    const sshd = await sshServer({
      hostKey: { privateKey: keys.ed25519_private, publicKey: keys.ed25519_public },
      answers: (command) => this.#answerTo(command, { address, hostname }),
    });
    const front = createServer((socket) => {
      const back = connect(sshd.port, sshd.host);
      socket.pipe(back).pipe(socket);
      socket.on('error', () => back.destroy());
      back.on('error', () => socket.destroy());
    });
    front.listen(22, address);
    await once(front, 'listening');
    this.#open.push(sshd, front);
    return address;
  }

  start(): Promise<string> {
    return Promise.reject(new Error('these hosts boot once'));
  }
  async stop(): Promise<void> {}
  async remove(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#open) {
      if ('close' in one) one.close();
      else await one[Symbol.asyncDispose]();
    }
  }

  #answerTo(command: string, { address, hostname }: { address: string; hostname: string }): Answer {
    if (command.includes('probe.sh')) return { stdout: probed(hostname) };
    if (!command.includes('apply.sh')) return { code: 127, stderr: `sh: ${command}: not found\n` };
    const folder = join(this.store(), 'machines', hostname);
    const files = ['ca.pem', 'server.pem', 'server-key.pem'].map((file) => join(folder, file));
    if (!files.every((file) => existsSync(file))) return { code: 1, stderr: `no certificates in ${folder}\n` };
    const [ca, cert, key] = files.map((file) => readFileSync(file));
    const engine = createEngine({ ca, cert, key, requestCert: true, rejectUnauthorized: true }, (_request, response) =>
      response.end(JSON.stringify({ Version: '28.2.2', ApiVersion: '1.50' })),
    );
    engine.on('tlsClientError', () => {}).listen(2376, address);
    this.#open.push(engine);
    return { stdout: '@berth begin 0\n@berth end 0\n' };
  }
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** What the probe prints on a Debian with an engine. */
function probed(hostname: string): string {
  return [
    ...['user=ubuntu', 'sudo=yes', 'caller=192.0.2.9', 'arch=x86_64', 'init=systemd'],
    ...[`clock=${Math.round(Date.now() / 1000)}`, `hostname=${hex(hostname)}`],
    `os_release=${hex('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')}`,
    ...['dockerd=/usr/bin/dockerd', 'version=28.2.2', 'running=1', 'enabled=1', 'end=1', ''],
  ].join('\n');
}
