import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificates } from '../../../src/certs/issue.js';
import { generateKeyPair } from '../../../src/host/keys.js';
import type { KeyPair } from '../../../src/record.js';
import { testHome, type Home } from '../../cli/support/berth.js';
import { VALID } from '../../helpers/certificates.js';
import { freePort, testEngine, type TestEngine } from '../../helpers/engine.js';
import { sshServer, type Answer, type SshServer } from '../../helpers/ssh-server.js';
import type { Volatile } from './transcript.js';

export const VERSION = '28.2.2';

/** A home with the machine web-1 of the driver generic; its host and its engine are stand-ins. */
export class GenericStage implements AsyncDisposable {
  #ssh: SshServer | undefined;
  #engine: TestEngine | undefined;
  #version = VERSION;
  #boots = 0;
  #answers: Readonly<Record<string, Answer>> = {};
  readonly #hostKey = generateKeyPair('host');

  private constructor(
    readonly home: Home,
    private readonly ports: { readonly ssh: number; readonly engine: number },
  ) {}

  static async open(): Promise<GenericStage> {
    const home = testHome();
    const stage = new GenericStage(home, { ssh: await freePort(), engine: await freePort() });
    await writeFile(join(home.path, 'key'), generateKeyPair('ada').privateKey, { mode: 0o600 });
    // The authority has to be there before an engine can have a certificate of it.
    await home.berth(['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', 'web-2']);
    await stage.powerOn();
    const { exitCode, stderr } = await home.berth(stage.create('web-1'));
    if (exitCode !== 0) throw new Error(stderr);
    await home.berth(['rm', '-y', 'web-2']);
    await cp(join(home.path, '.docker'), join(home.path, 'seed'), { recursive: true });
    return stage;
  }

  /** The command line that creates a machine on this host. */
  create(name: string, changes: Readonly<Record<string, string>> = {}): string[] {
    const flags = Object.entries({
      'ip-address': '127.0.0.1',
      'ssh-port': String(this.ports.ssh),
      'ssh-key': join(this.home.path, 'key'),
      'engine-port': String(this.ports.engine),
      ...changes,
    }).flatMap(([flag, value]) => [`--generic-${flag}`, value]);
    return ['create', '-d', 'generic', ...flags, name];
  }

  /** The ports of this run have five digits too. */
  get volatile(): Volatile {
    return [
      [String(this.ports.ssh), '22222'],
      [String(this.ports.engine), '23760'],
    ];
  }

  get engineUrl(): string {
    return `tcp://127.0.0.1:${this.ports.engine}`;
  }

  get host(): string {
    return `127.0.0.1:${this.ports.ssh}`;
  }

  /** As it was in the beginning. */
  async reset(): Promise<void> {
    const folder = join(this.home.path, '.docker');
    await rm(folder, { recursive: true, force: true });
    await cp(join(this.home.path, 'seed'), folder, { recursive: true });
    this.#version = VERSION;
    this.#answers = {};
    await this.powerOff();
    await this.powerOn();
  }

  async powerOn(): Promise<void> {
    this.#ssh = await sshServer({
      port: this.ports.ssh,
      hostKey: this.#hostKey,
      answers: (command) => this.answerTo(command),
    });
    await this.engineOn();
  }

  async powerOff(): Promise<void> {
    await this.#ssh?.[Symbol.asyncDispose]();
    await this.engineOff();
  }

  async engineOn(authority?: KeyPair): Promise<void> {
    await this.engineOff();
    const own = { certificate: await this.certificate('ca.pem'), privateKey: await this.certificate('ca-key.pem') };
    this.#engine = await testEngine({
      server: await certificates.issueServer(authority ?? own, {
        names: ['127.0.0.1'],
        organization: 'ada',
        validity: VALID,
      }),
      authority: own.certificate,
      port: this.ports.engine,
      version: this.#version,
    });
  }

  async engineOff(): Promise<void> {
    await this.#engine?.[Symbol.asyncDispose]();
    this.#engine = undefined;
  }

  /** An engine with a certificate of somebody else's authority. */
  async engineOfOthers(): Promise<void> {
    await this.engineOn(await certificates.createAuthority('others', VALID));
  }

  async upgradeTo(version: string): Promise<void> {
    this.#version = version;
    await this.engineOn();
  }

  refuseLogins(): void {
    this.#ssh?.set({ refuseLogins: true });
  }

  changeHostKey(): void {
    this.#ssh?.set({ hostKey: generateKeyPair('other') });
  }

  /** What the host answers to commands other than berth's own. */
  answer(answers: Readonly<Record<string, Answer>>): void {
    this.#answers = answers;
  }

  /** Commands are really run, on this computer. */
  runCommands(): void {
    this.#ssh?.set({ answers: 'run' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.powerOff();
    this.home[Symbol.dispose]();
  }

  private answerTo(command: string): Answer {
    if (command.includes('probe.sh')) return this.#answers['probe'] ?? { stdout: probed(this.#version) };
    if (command.includes('apply.sh')) return this.#answers['apply'] ?? { stdout: '@berth begin 0\n@berth end 0\n' };
    if (command.includes('boot_id')) return { stdout: `boot-${this.#boots}\n` };
    if (command.includes('reboot')) {
      this.#boots += 1;
      return {};
    }
    return this.#answers[command.replaceAll("'", '')] ?? { code: 127, stderr: `sh: ${command}: not found\n` };
  }

  private certificate(file: string): Promise<string> {
    return readFile(join(this.home.store, 'certs', file), 'utf8');
  }
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** What the probe prints on a Debian with an engine. */
function probed(version: string): string {
  return [
    'user=root',
    'sudo=root',
    `os_release=${hex('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')}`,
    'arch=x86_64',
    'init=systemd',
    `clock=${Math.round(Date.now() / 1000)}`,
    'dockerd=/usr/bin/dockerd',
    `version=${version}`,
    'running=1',
    'enabled=1',
    'end=1',
    '',
  ].join('\n');
}
