import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { generateKeyPair } from '../../../src/host/keys.js';
import { freePort } from '../../helpers/engine.js';
import { sshServer, type Answer, type SshServer } from '../../helpers/ssh-server.js';

/** An sshd that says what a Debian with an engine says, and an engine for each machine; all of it in this process. */
export class StandIn implements AsyncDisposable {
  readonly #engines = new Map<string, { readonly port: number; server?: Server }>();
  #ssh: SshServer | undefined;

  private constructor(
    readonly store: string,
    readonly keyPath: string,
  ) {}

  static async open(store: string, folder: string): Promise<StandIn> {
    const standIn = new StandIn(store, join(folder, 'login-key'));
    await writeFile(standIn.keyPath, generateKeyPair('tester').privateKey, { mode: 0o600 });
    standIn.#ssh = await sshServer({ answers: (command) => standIn.#answerTo(command) });
    return standIn;
  }

  /** The command line that makes a machine of this host. */
  async create(name: string): Promise<string[]> {
    const port = await freePort();
    this.#engines.set(name, { port });
    const flags = {
      'ip-address': '127.0.0.1',
      'ssh-port': String(this.#ssh?.port),
      'ssh-key': this.keyPath,
      'engine-port': String(port),
    };
    const words = Object.entries(flags).flatMap(([flag, value]) => [`--generic-${flag}`, value]);
    return ['create', '-d', 'generic', ...words, name];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ssh?.[Symbol.asyncDispose]();
    for (const { server } of this.#engines.values()) {
      server?.close();
      server?.closeAllConnections();
    }
  }

  #answerTo(command: string): Answer {
    if (command.includes('probe.sh')) return { stdout: probed() };
    if (!command.includes('apply.sh')) return { code: 127, stderr: `sh: ${command}: not found\n` };
    this.#startEngines();
    return { stdout: '@berth begin 0\n@berth end 0\n' };
  }

  /** A certificate stands in the store before it goes to its host, so whoever asks to apply has one. */
  #startEngines(): void {
    for (const [name, engine] of this.#engines) {
      const files = ['ca.pem', 'server.pem', 'server-key.pem'].map((file) => join(this.store, 'machines', name, file));
      if (engine.server || !files.every((file) => existsSync(file))) continue;
      const [ca, cert, key] = files.map((file) => readFileSync(file));
      engine.server = createServer(
        { ca, cert, key, requestCert: true, rejectUnauthorized: true },
        (_request, response) => response.end(JSON.stringify({ Version: '28.2.2', ApiVersion: '1.50' })),
      );
      engine.server.on('tlsClientError', () => {}).listen(engine.port, '127.0.0.1');
    }
  }
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** What the probe prints on a Debian with an engine. */
function probed(): string {
  return [
    ...['user=root', 'sudo=root', 'arch=x86_64', 'init=systemd', `clock=${Math.round(Date.now() / 1000)}`],
    `os_release=${hex('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')}`,
    ...['dockerd=/usr/bin/dockerd', 'version=28.2.2', 'running=1', 'enabled=1', 'end=1', ''],
  ].join('\n');
}
