import '../helpers/realm.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { pingEngine } from '../../src/engine/ping.js';
import { ensureAuthority } from '../../src/lifecycle/certificates.js';
import { engineAddress } from '../../src/lifecycle/engine-address.js';
import { importMachines, type ImportRequest } from '../../src/lifecycle/import.js';
import { connectTo } from '../../src/lifecycle/host-connection.js';
import { parseName, type MachineName } from '../../src/name.js';
import { FORKS, VERSIONS, buildStore } from '../store/former-stores.js';
import { failureOf, told } from '../helpers/failure.js';
import { computer, serverOf, type Computer, type Server } from './support/other-computer.js';

const WEB = parseName('web-1');

let here: Computer;
let there: Computer;
beforeEach(async () => {
  here = await computer('ada');
  there = await computer('grace');
});
afterEach(async () => {
  for (const one of [here, there]) await one[Symbol.asyncDispose]();
});

const importing = (source: string, changes: Partial<ImportRequest> = {}): Promise<readonly MachineName[]> => {
  const passphrase = (): Promise<string> => Promise.reject(new Error('nothing is encrypted here'));
  return importMachines({ source, rename: new Map(), skipExisting: false, passphrase, ...changes }, there.program);
};

const versionOf = async (name: MachineName): Promise<string> => {
  const machine = await there.program.store.read(name);
  return (await pingEngine(await engineAddress(machine, there.program), { timeoutMs: 5_000 })).version;
};

describe('a machine of another store', () => {
  let server: Server;
  beforeEach(async () => {
    server = await serverOf(here, 'web-1');
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  it('works as it did there, under the authority that it has', async () => {
    await ensureAuthority(there.program);

    const names = await importing(here.program.store.base);

    const { store } = there.program;
    const machine = await store.read(WEB);
    await using host = await connectTo(machine, there.program, { retry: false });
    expect(names).toEqual(['web-1']);
    expect(await versionOf(WEB)).toBe('28.2.2');
    expect((await host.run(['echo', 'in'])).stdout).toBe('in\n');
    expect(machine.tlsPaths).toEqual({
      caCert: store.path(WEB, 'ca.pem'),
      caKey: store.path(WEB, 'ca-key.pem'),
      clientCert: store.path(WEB, 'cert.pem'),
      clientKey: store.path(WEB, 'key.pem'),
    });
    expect((await store.certificates(machine.tlsPaths))?.authority).toEqual(
      (await here.program.store.certificates())?.authority,
    );
    expect((await store.certificates())?.authority).not.toEqual((await here.program.store.certificates())?.authority);
  });

  it('keeps its own authority when this store is moved', async () => {
    await ensureAuthority(there.program);
    await importing(here.program.store.base);
    const moved = `${there.program.store.base}-moved`;
    await rename(there.program.store.base, moved);

    const { openStore } = await import('../../src/store/disk.js');
    const store = openStore(moved, { find: (driver) => there.program.findDriver(driver) });

    expect((await store.read(WEB)).tlsPaths).toEqual({
      caCert: join(moved, 'machines/web-1/ca.pem'),
      caKey: join(moved, 'machines/web-1/ca-key.pem'),
      clientCert: join(moved, 'machines/web-1/cert.pem'),
      clientKey: join(moved, 'machines/web-1/key.pem'),
    });
  });

  it('brings its authority along to a store that has none', async () => {
    await importing(here.program.store.base);

    const { store } = there.program;
    expect((await store.read(WEB)).tlsPaths).toBeUndefined();
    expect((await readdir(store.folder(WEB))).sort()).not.toContain('ca-key.pem');
    await ensureAuthority(there.program);
    expect((await store.certificates())?.authority).toEqual((await here.program.store.certificates())?.authority);
  });

  it('gets another name where that is wanted, host key and context included', async () => {
    const name = parseName('old-web');

    const names = await importing(here.program.store.base, { rename: new Map([[WEB, name]]) });

    const { store } = there.program;
    expect(names).toEqual(['old-web']);
    expect(await store.list()).toEqual(['old-web']);
    expect(await store.readFile(name, 'known_hosts')).toBe(`old-web ${server.sshd.hostKey}\n`);
    expect((await store.read(name)).ssh.keyPath).toBe(store.path(name, 'id_rsa'));
    expect(await versionOf(name)).toBe('28.2.2');
    expect(await readdir(join(there.world.dockerFolder, 'contexts/meta'))).toHaveLength(1);
  });

  it('is refused where its name is taken, before anything is written', async () => {
    await using _other = await serverOf(here, 'another');
    await there.program.store.write({ ...server.machine, address: '192.0.2.7' });

    const failure = await failureOf(importing(here.program.store.base));

    expect(told(failure)).toEqual({ code: 'MachineExists', message: 'machine "web-1" already exists', exitCode: 2 });
    expect(failure.suggestions).toEqual([
      'Give it another name: --rename web-1=web-1-2',
      'Leave out what exists already: --skip-existing',
    ]);
    const { store } = there.program;
    expect(await store.list()).toEqual(['web-1']);
    expect((await store.read(WEB)).address).toBe('192.0.2.7');
    expect(await readdir(store.base)).toEqual(['machines']);
  });

  it('is left out, and the others are not, where that is wanted', async () => {
    await using _other = await serverOf(here, 'another');
    await there.program.store.write({ ...server.machine, address: '192.0.2.7' });

    const names = await importing(here.program.store.base, { skipExisting: true });

    expect(names).toEqual(['another']);
    expect((await there.program.store.read(WEB)).address).toBe('192.0.2.7');
    expect(there.world.lines).toContain('info: left out web-1: there is one already');
  });

  it('comes out of its own folder alone', async () => {
    expect(await importing(here.program.store.folder(WEB))).toEqual(['web-1']);
    expect(await versionOf(WEB)).toBe('28.2.2');
  });

  it.each([
    ['of the whole folder', ['-C', 'BASE', '.']],
    ['of its parts', ['-C', 'BASE', 'machines', 'certs']],
    [
      'of single files',
      [
        '-C',
        'BASE',
        'machines/web-1/config.json',
        'machines/web-1/ca.pem',
        'machines/web-1/cert.pem',
        'machines/web-1/key.pem',
      ],
    ],
    ['of a home', ['-C', 'BASE/..', '--transform', 's,^store,home/ada/.docker/machine,', 'store']],
    ['of one machine', ['-C', 'BASE/machines/web-1', '.']],
  ])('comes out of a .tar.gz %s', async (_what, words) => {
    const { base } = here.program.store;
    const file = join(here.folder, 'store.tar.gz');
    execFileSync('tar', ['-czf', file, ...words.map((word) => word.replace('BASE', base))]);

    const names = await importing(file);

    expect(names).toEqual(['web-1']);
    expect(await versionOf(WEB)).toBe('28.2.2');
    expect(await readdir(there.program.store.base)).not.toContain('unpacked');
  });

  it('brings files that berth does not know, follows links to keys, and has the modes of a store', async () => {
    const from = here.program.store.folder(WEB);
    await mkdir(join(from, 'disk'), { mode: 0o755 });
    await writeFile(join(from, 'disk/disk.img'), 'a disk', { mode: 0o666 });
    await writeFile(join(here.folder, 'mine'), 'a key', { mode: 0o644 });
    await symlink(join(here.folder, 'mine'), join(from, 'my-key'));
    await symlink('/nowhere', join(from, 'dangling'));

    await importing(here.program.store.base);

    const to = there.program.store.folder(WEB);
    expect(await readFile(join(to, 'disk/disk.img'), 'utf8')).toBe('a disk');
    expect(await readFile(join(to, 'my-key'), 'utf8')).toBe('a key');
    expect(await readdir(to)).not.toContain('dangling');
    const modeOf = async (path: string): Promise<number> => (await stat(join(to, path))).mode & 0o777;
    expect(await Promise.all(['.', 'disk', 'disk/disk.img', 'my-key', 'ca.pem', 'key.pem'].map(modeOf))).toEqual([
      0o700, 0o700, 0o600, 0o600, 0o644, 0o600,
    ]);
  });

  it('leaves its old store as it was', async () => {
    const before = execFileSync('find', [here.program.store.base, '-printf', '%p %m %T@ %C@ %s\n']).toString();

    await importing(here.program.store.base);

    expect(execFileSync('find', [here.program.store.base, '-printf', '%p %m %T@ %C@ %s\n']).toString()).toBe(before);
  });
});

describe('stores of docker-machine and its forks', () => {
  it.each([...VERSIONS, ...FORKS])('of $title come in whole', async (former) => {
    const base = join(here.folder, 'former');
    await buildStore(base, former);

    const names = await importing(base);

    const { store } = there.program;
    expect(names).toEqual(Object.keys(former.machines));
    for (const name of names) {
      expect(await store.read(name)).toMatchObject({ name, ...former.machines[name] });
      const { HostOptions } = JSON.parse(await store.document(name)) as Record<string, unknown>;
      expect(JSON.stringify(HostOptions)).not.toContain(base);
    }
  });

  it('come in but for machines whose records cannot be read or that are part of their computer', async () => {
    const base = join(here.folder, 'former');
    const [former = FORKS[0]] = VERSIONS;
    if (!former) throw new Error('there is no store');
    await buildStore(base, former);
    for (const [name, text] of [
      ['broken', '{'],
      ['local', '{"ConfigVersion": 3, "DriverName": "nspawn"}'],
    ] as const) {
      await mkdir(join(base, 'machines', name));
      await writeFile(join(base, 'machines', name, 'config.json'), text);
    }

    const names = await importing(base);

    expect(names).toEqual(['web-1']);
    expect(there.world.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn: left out broken: cannot read the record of "broken": config.json is not JSON',
      'warn: left out local: it is part of the computer that made it',
    ]);
  });
});

describe('an import', () => {
  it.each([
    ['a folder without machines', async (path: string) => void (await mkdir(path)), '"PATH" holds no machines'],
    ['nothing', async () => {}, 'cannot read "PATH"'],
    ['any file', (path: string) => writeFile(path, 'hello'), '"PATH" is neither a store nor an archive of one'],
  ])('of %s is refused', async (_what, make, message) => {
    const path = join(here.folder, 'source');
    await make(path);

    const failure = await failureOf(importing(path));

    expect(told(failure)).toEqual({ code: 'BadUsage', message: message.replace('PATH', path), exitCode: 2 });
    expect(await readdir(there.program.store.base)).toEqual([]);
  });

  it('of an archive that is cut off is refused', async () => {
    const path = join(here.folder, 'store.tar.gz');
    execFileSync('tar', ['-czf', path, '-C', '/', 'usr/bin/env']);
    await writeFile(path, (await readFile(path)).subarray(0, 2_000));

    const failure = await failureOf(importing(path));

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: `cannot read "${path}": it is broken`,
      exitCode: 2,
    });
  });

  it.each([
    ['of an archive that names a file outside is refused', '../../evil/config.json', 'StoreCorrupt'],
    ['of a machine whose record names a path is refused', 'config.json', 'BadName'],
  ])('%s', async (_what, name, code) => {
    const path = join(here.folder, 'evil.tar');
    const tar = pack();
    tar.entry({ name }, '{"Name": "../../evil", "DriverName": "none"}');
    tar.finalize();
    await writeFile(path, tar as AsyncIterable<Buffer>);

    const failure = await failureOf(importing(path));

    expect(failure.code).toBe(code);
    expect(await readdir(join(there.program.store.base, '..'))).not.toContain('evil');
    expect(await there.program.store.list()).toEqual([]);
  });

  it('passes over links in an archive', async () => {
    const path = join(here.folder, 'linked.tar');
    const record = '{"ConfigVersion": 3, "DriverName": "none", "Driver": {"URL": "tcp://192.0.2.7:2376"}}';
    const tar = pack();
    tar.entry({ name: 'machines/web-1/link', type: 'symlink', linkname: '/etc/passwd' });
    tar.entry({ name: 'machines/web-1/config.json' }, record);
    tar.finalize();
    await writeFile(path, tar as AsyncIterable<Buffer>);

    await importing(path);

    expect(await readdir(there.program.store.folder(WEB))).toEqual(['config.json', 'env']);
  });

  it.each([
    [
      'a machine that is not there',
      [['nobody', 'x']],
      'option --rename names "nobody", which is not among the machines',
    ],
    ['two machines alike', [['runner-1', 'runner-2']], 'two machines would be called "runner-2"'],
  ])('that would rename %s is refused', async (_what, pairs, message) => {
    const base = join(here.folder, 'former');
    const [gitlab] = FORKS;
    if (!gitlab) throw new Error('there is no store');
    await buildStore(base, gitlab);
    const names = pairs.map(([old = '', name = '']) => [parseName(old), parseName(name)] as const);

    const failure = await failureOf(importing(base, { rename: new Map(names) }));

    expect(told(failure)).toEqual({ code: 'BadOption', message, exitCode: 2 });
    expect(await there.program.store.list()).toEqual([]);
  });
});
