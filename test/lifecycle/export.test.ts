import '../helpers/realm.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { pingEngine } from '../../src/engine/ping.js';
import { engineAddress } from '../../src/lifecycle/engine-address.js';
import { exportMachines, type ExportRequest } from '../../src/lifecycle/export.js';
import { importMachines } from '../../src/lifecycle/import.js';
import { connectTo } from '../../src/lifecycle/host-connection.js';
import { provisionMachine } from '../../src/lifecycle/provision.js';
import { parseName } from '../../src/name.js';
import { openSource } from '../../src/store/archive.js';
import { failureOf, told } from '../helpers/failure.js';
import { publicKeyOf } from '../helpers/public-key.js';
import { computer, serverOf, type Computer, type Server } from './support/other-computer.js';

const WEB = parseName('web-1');
const PASSPHRASE = 'a long passphrase';

let here: Computer;
let there: Computer;
let server: Server;
beforeEach(async () => {
  here = await computer('ada');
  there = await computer('grace');
  server = await serverOf(here, 'web-1');
});
afterEach(async () => {
  for (const one of [server, here, there]) await one[Symbol.asyncDispose]();
});

const exported = async (changes: Partial<ExportRequest> = {}): Promise<string> => {
  const file = join(here.folder, 'machines.berth');
  const request = { names: [WEB], file, passphrase: PASSPHRASE, withCaKey: false, offline: false, ...changes };
  await exportMachines(request, here.program);
  return file;
};

const imported = (source: string): Promise<unknown> =>
  importMachines({ source, rename: new Map(), skipExisting: false, passphrase: async () => PASSPHRASE }, there.program);

/** The machines' folder of an archive, unpacked. */
async function contents(file: string): Promise<string> {
  const folder = join(here.folder, 'look');
  await mkdir(folder);
  return join(await openSource(file, folder, async () => PASSPHRASE), 'machines/web-1');
}

describe('an exported machine', () => {
  it('is used from the other computer: its engine answers and its host lets in', async () => {
    await imported(await exported());
    await server.trustKeys();
    const machine = await there.program.store.read(WEB);

    const version = await pingEngine(await engineAddress(machine, there.program), { timeoutMs: 5_000 });
    await using host = await connectTo(machine, there.program, { retry: false });

    expect(version.version).toBe('28.2.2');
    expect((await host.run(['echo', 'in'])).stdout).toBe('in\n');
    expect(machine).toMatchObject({ id: server.machine.id, driver: 'generic', phase: 'ready' });
  });

  it("takes none of this computer's own keys along", async () => {
    const { store } = here.program;
    const secrets = [
      await store.readFile(WEB, 'id_rsa'),
      await store.readFile(WEB, 'key.pem'),
      await store.readFile(WEB, 'server-key.pem'),
      (await store.certificates())?.authority.privateKey,
    ];

    const folder = await contents(await exported());

    const files = (await readdir(folder)).sort();
    expect(files).toEqual(['ca.pem', 'cert.pem', 'config.json', 'id_rsa', 'id_rsa.pub', 'key.pem', 'known_hosts']);
    const all = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('');
    expect(secrets.filter((secret) => secret === undefined || all.includes(secret))).toEqual([]);
    const client = new X509Certificate(await readFile(join(folder, 'cert.pem')));
    expect(client.subject).toContain('O=ada.\\<export\\>');
  });

  it('cannot be given another certificate from there, for want of the key of its authority', async () => {
    await imported(await exported());
    await server.trustKeys();
    const machine = await there.program.store.read(WEB);

    const failure = await failureOf(provisionMachine(machine, { renew: false, setHostname: false }, there.program));

    const path = there.program.store.path(WEB, 'ca.pem');
    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: `cannot use the certificate authority ${path}: its private key is missing`,
      exitCode: 2,
    });
  });

  it('is wholly handed over with the key of the authority', async () => {
    await imported(await exported({ withCaKey: true }));
    await server.trustKeys();
    const { store } = there.program;

    await provisionMachine(
      await store.read(WEB),
      { renew: false, setHostname: false },
      {
        ...there.program,
        provision: async (_host, wanted) => {
          const facts = { addresses: [], hostname: '127.0.0.1', engine: {} } as never;
          expect((await wanted.certificates(facts)).authority).toBe(await store.readFile(WEB, 'ca.pem'));
          return { facts, steps: [] };
        },
      },
    );

    const [ours, theirs] = await Promise.all([here.program.store.certificates(), store.certificates()]);
    expect(theirs?.authority).toEqual(ours?.authority);
    expect((await store.read(WEB)).tlsPaths).toBeUndefined();
    expect(await store.readFile(WEB, 'ca-key.pem')).toBeUndefined();
  });
});

describe('the login key of an exported machine', () => {
  it('is added to those the host has, on a line of its own and once', async () => {
    const folder = join(here.folder, 'home-of-web-1/.ssh');
    await mkdir(folder);
    await writeFile(join(folder, 'authorized_keys'), 'ssh-ed25519 AAAA ada');

    const file = await exported();

    const key = publicKeyOf(await readFile(join(await contents(file), 'id_rsa'), 'utf8'));
    expect(key).toMatch(/^ssh-ed25519 \S+ web-1 exported by ada$/);
    expect(await server.keys()).toBe(`ssh-ed25519 AAAA ada\n${key}\n`);
    expect((await stat(join(folder, 'authorized_keys'))).isFile()).toBe(true);
  });

  it("is this computer's own where no host may be reached", async () => {
    const file = await exported({ offline: true });

    const folder = await contents(file);
    expect(await readFile(join(folder, 'id_rsa'), 'utf8')).toBe(await here.program.store.readFile(WEB, 'id_rsa'));
    expect(server.sshd.connections).toBe(0);
    expect(here.world.lines).toContain('warn: the archive holds the login key that this computer uses for web-1');
  });
});

describe('an archive', () => {
  it('is for its owner alone, and shows neither names nor keys', async () => {
    const file = await exported({ offline: true });

    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const bytes = await readFile(file, 'latin1');
    expect(bytes.slice(0, 17)).toBe('berth-archive-v1\n');
    expect(bytes).not.toMatch(/web-1|PRIVATE/);
  });

  it('is not written over another file', async () => {
    const file = join(here.folder, 'machines.berth');
    await writeFile(file, 'mine');

    const failure = await failureOf(exported());

    expect(told(failure)).toEqual({
      code: 'StoreUnusable',
      message: `"${file}" exists already, and nothing is written over`,
      exitCode: 2,
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(server.sshd.connections).toBe(0);
  });

  it('is not left behind where a host cannot be reached', async () => {
    await server.sshd[Symbol.asyncDispose]();

    const failure = await failureOf(exported());

    expect(failure.code).toBe('HostUnreachable');
    expect(await readdir(here.folder)).not.toContain('machines.berth');
  });

  it('needs the passphrase it was made with', async () => {
    const file = await exported({ offline: true });

    const failure = await failureOf(
      importMachines(
        { source: file, rename: new Map(), skipExisting: false, passphrase: async () => 'another one' },
        there.program,
      ),
    );

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `the passphrase does not open "${file}"`,
      exitCode: 2,
    });
    expect(await there.program.store.list()).toEqual([]);
    expect(await readdir(there.program.store.base)).toEqual([]);
  });
});

describe('an export', () => {
  it('refuses a machine that is part of this computer, and leaves it out of all', async () => {
    const { store } = here.program;
    const local = parseName('dev');
    await store.write({ ...server.machine, name: local, driver: 'nspawn', options: {}, resource: {} });

    const failure = await failureOf(exported({ names: [local] }));
    await exported({ names: undefined, offline: true });

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'machine "dev" is part of this computer, no other can use it',
      exitCode: 2,
    });
    expect(here.world.lines).toContain(
      'warn: left out dev: machine "dev" is part of this computer, no other can use it',
    );
  });

  it('refuses a machine that was never finished', async () => {
    await here.program.store.write({ ...server.machine, phase: 'created' });

    const failure = await failureOf(exported());

    expect(told(failure)).toEqual({
      code: 'MachineNotRunning',
      message: 'machine "web-1" was never finished',
      exitCode: 2,
    });
  });

  it('refuses a machine whose engine has another authority, since the new certificate would open nothing', async () => {
    await here.program.store.writeFile(WEB, 'ca.pem', 'another');

    const failure = await failureOf(exported());

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: 'the engine of "web-1" has another authority than this store',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['berth provision web-1']);
    expect(server.sshd.connections).toBe(0);
  });

  it('refuses a machine that came here without the key of its authority', async () => {
    await imported(await exported({ offline: true }));
    const file = join(there.folder, 'again.berth');

    const failure = await failureOf(
      exportMachines({ names: [WEB], file, passphrase: PASSPHRASE, withCaKey: false, offline: true }, there.program),
    );

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: 'no certificate can be made for "web-1": its authority is elsewhere',
      exitCode: 2,
    });
  });

  it('of an empty store is refused', async () => {
    const failure = await failureOf(
      exportMachines(
        { names: undefined, file: join(there.folder, 'x'), passphrase: PASSPHRASE, withCaKey: false, offline: false },
        there.program,
      ),
    );

    expect(told(failure)).toEqual({ code: 'BadUsage', message: 'there is no machine to export', exitCode: 2 });
  });
});
