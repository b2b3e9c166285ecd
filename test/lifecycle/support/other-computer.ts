import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generic } from '../../../drivers/generic/index.js';
import { none } from '../../../drivers/none/index.js';
import { nspawn } from '../../../drivers/nspawn/index.js';
import { certificates } from '../../../src/certs/issue.js';
import type { Certificates } from '../../../src/certs/certificates.js';
import type { AnyDriverSpec } from '../../../src/driver.js';
import { generateKeyPair } from '../../../src/host/keys.js';
import { connect } from '../../../src/host/ssh.js';
import { copyClientFiles, ensureAuthority, ensureServerPair } from '../../../src/lifecycle/certificates.js';
import { planMachine } from '../../../src/lifecycle/plan.js';
import type { Program } from '../../../src/lifecycle/program.js';
import { parseName } from '../../../src/name.js';
import { DEFAULT_ENGINE, type KeyPair, type Machine } from '../../../src/record.js';
import { openStore } from '../../../src/store/disk.js';
import { freePort } from '../../helpers/engine.js';
import { sshServer, type SshServer } from '../../helpers/ssh-server.js';
import { NOW, testWorld, type World } from './world.js';

const SPECS = [generic, none, nspawn] as unknown as readonly AnyDriverSpec[];

/** A computer with a store of its own, real drivers and real SSH; its certificates are its own, too. */
export interface Computer extends AsyncDisposable {
  readonly world: World;
  readonly program: Program;
  /** Beside the store, for archives. */
  readonly folder: string;
}

export async function computer(organization = 'ada'): Promise<Computer> {
  const world = await testWorld();
  const findDriver: Program['findDriver'] = (name) => SPECS.find((spec) => spec.name === name);
  const { base } = world.program.store;
  const folder = join(base, '..', 'files');
  mkdirSync(folder, { recursive: true });
  const program: Program = {
    ...world.program,
    organization: () => organization,
    store: openStore(base, { find: findDriver }),
    findDriver,
    connect,
    certificates: async () => remembered,
    readUserFile: (path) => readFile(path, 'utf8').catch(() => undefined),
  };
  return { world, program, folder, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

export interface Server extends AsyncDisposable {
  readonly machine: Machine;
  readonly sshd: SshServer;
  /** The keys its user lets in, as the host's file has them. */
  keys(): Promise<string>;
  /** From now on only those keys are let in. */
  trustKeys(): Promise<void>;
}

/** A finished machine of the driver generic: an sshd whose commands really run, and an engine with mutual TLS. */
export async function serverOf({ program, world, folder }: Computer, text: string): Promise<Server> {
  const name = parseName(text);
  const home = join(folder, `home-of-${name}`);
  mkdirSync(home);
  const sshd = await sshServer({ env: { PATH: process.env['PATH'] ?? '', HOME: home } });
  const login = generateKeyPair('ada');
  const options = {
    'ip-address': sshd.host,
    'ssh-user': 'root',
    'ssh-port': sshd.port,
    'engine-port': await freePort(),
  };
  const wish = {
    name,
    spec: generic as unknown as AnyDriverSpec,
    options,
    engine: DEFAULT_ENGINE,
    tlsSans: [],
    now: NOW,
  };
  const machine: Machine = {
    ...planMachine(wish),
    resource: { host: sshd.host, port: sshd.port, user: 'root' },
    phase: 'ready',
    address: sshd.host,
    ssh: { user: 'root', port: sshd.port, keyPath: program.store.path(name, 'id_rsa') },
  };
  const certificates = await ensureAuthority(program);
  await program.store.write(machine);
  await program.store.writeFile(name, 'id_rsa', login.privateKey);
  await program.store.writeFile(name, 'known_hosts', `${name} ${sshd.hostKey}\n`);
  await copyClientFiles(name, certificates, program);
  const { authority } = certificates;
  const server = await ensureServerPair(machine, ['127.0.0.1'], { authority, renew: false }, program);
  await world.engines.run(sshd.host, machine.enginePort, { authority: authority.certificate, server });
  const keys = (): Promise<string> => readFile(join(home, '.ssh/authorized_keys'), 'utf8');
  return {
    machine,
    sshd,
    keys,
    trustKeys: async () =>
      sshd.set({
        allowedKeys: (await keys())
          .split('\n')
          .filter((line) => line !== '')
          .map(blobOf),
      }),
    [Symbol.asyncDispose]: () => sshd[Symbol.asyncDispose](),
  };
}

/** Real certificates, each of which is made once in a test file: keys of RSA take their time. */
const remembered: Certificates = {
  ...certificates,
  createAuthority: (...call) => once(call, () => certificates.createAuthority(...call)),
  issueClient: (...call) => once(call, () => certificates.issueClient(...call)),
  issueServer: (...call) => once(call, () => certificates.issueServer(...call)),
};
const made = new Map<string, Promise<KeyPair>>();

function once(call: readonly unknown[], make: () => Promise<KeyPair>): Promise<KeyPair> {
  const key = JSON.stringify(call);
  const pair = made.get(key) ?? make();
  made.set(key, pair);
  return pair;
}

/** allowedKeys are compared by type and base64. */
function blobOf(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}
