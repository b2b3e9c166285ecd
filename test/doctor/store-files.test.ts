import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Computer } from '../../src/doctor/computer.js';
import { examineFiles, examineLocks } from '../../src/doctor/store-files.js';
import { ownProcess } from '../../src/store/lock-owner.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';

const HERE: Computer = {
  platform: 'linux',
  nodeVersion: '20.19.0',
  userId: process.getuid?.(),
  ask: async () => undefined,
};

let folder: TestFolder;
let base: string;
beforeEach(() => {
  folder = testFolder();
  base = join(folder.path, 'store');
  mkdirSync(join(base, 'machines/web-1'), { recursive: true, mode: 0o700 });
});
afterEach(() => folder[Symbol.dispose]());
const put = (path: string, mode: number): void => writeFileSync(join(base, path), '', { mode });

describe('the files of a store', () => {
  it('are well as berth and docker-machine leave them', async () => {
    put('machines/web-1/config.json', 0o600);
    put('machines/web-1/id_rsa', 0o600);
    for (const file of ['ca.pem', 'cert.pem', 'server.pem', 'id_rsa.pub']) put(`machines/web-1/${file}`, 0o644);
    symlinkSync('/etc/passwd', join(base, 'machines/web-1/linked'));

    expect(await examineFiles(base, HERE)).toEqual([]);
  });

  it.each([
    { file: 'machines/web-1/id_rsa', mode: 0o644, verb: 'read', wanted: 0o600 },
    { file: 'machines/web-1/key.pem', mode: 0o640, verb: 'read', wanted: 0o600 },
    { file: 'machines/web-1/config.json', mode: 0o604, verb: 'read', wanted: 0o600 },
    { file: 'machines/web-1/ca.pem', mode: 0o664, verb: 'changed', wanted: 0o644 },
  ])('are told of where $file can be $verb by others', async ({ file, mode, verb, wanted }) => {
    put(file, 0o600);
    const path = join(base, file);
    chmodSync(path, mode);

    expect(await examineFiles(base, HERE)).toEqual([
      {
        id: 'store-permission',
        severity: 'error',
        fact: `${file} can be ${verb} by other users (mode 0${mode.toString(8)})`,
        remedy: `chmod 0${wanted.toString(8)} ${path}`,
        mend: { kind: 'mode', path, mode: wanted },
      },
    ]);
  });

  it('are in folders that keep others out', async () => {
    mkdirSync(join(base, 'certs'), { mode: 0o755 });

    expect(await examineFiles(base, HERE)).toEqual([
      {
        id: 'store-permission',
        severity: 'warning',
        fact: 'certs can be read by other users (mode 0755)',
        remedy: `chmod 0700 ${join(base, 'certs')}`,
        mend: { kind: 'mode', path: join(base, 'certs'), mode: 0o700 },
      },
    ]);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('are all of one user, whatever root has made among them', async () => {
    const files = ['machines/web-1/id_rsa', 'machines/web-1/key.pem'];
    for (const file of files) {
      put(file, 0o600);
      chownSync(join(base, file), 1234, 1234);
    }

    expect(await examineFiles(base, HERE)).toEqual([
      {
        id: 'store-owner',
        severity: 'error',
        fact: 'machines/web-1/id_rsa and 1 more belong to the user 1234, not to 0',
        remedy: `chown -R 0 ${base}`,
        details: files.map((file) => join(base, file)),
      },
    ]);
  });

  it('can be read by their owner', async () => {
    put('machines/web-1/config.json', 0o600);
    const path = join(base, 'machines/web-1/config.json');
    chmodSync(path, 0o000);

    expect(await examineFiles(base, HERE)).toEqual([
      {
        id: 'store-permission',
        severity: 'error',
        fact: 'machines/web-1/config.json cannot be read by its owner (mode 0000)',
        remedy: `chmod 0400 ${path}`,
        mend: { kind: 'mode', path, mode: 0o400 },
      },
    ]);
  });

  asRoot('of another user take more than we may', async () => {
    const findings = await examineFiles(base, { ...HERE, userId: 1234 });

    expect(findings.map(({ id, fact, remedy }) => [id, fact, remedy])).toEqual([
      ['store-owner', 'the store and 2 more belong to the user 0, not to 1234', `sudo chown -R 1234 ${base}`],
    ]);
    chmodSync(base, 0o755);
    const [, open] = await examineFiles(base, { ...HERE, userId: 1234 });
    expect(open).toEqual({
      id: 'store-permission',
      severity: 'warning',
      fact: 'the store can be read by other users (mode 0755)',
      remedy: `sudo chmod 0700 ${base}`,
    });
  });

  it('are not looked at where there is no store, or no such modes', async () => {
    put('machines/web-1/id_rsa', 0o644);

    expect(await examineFiles(join(base, 'nowhere'), HERE)).toEqual([]);
    expect(await examineFiles(base, { ...HERE, platform: 'win32' })).toEqual([]);
  });
});

describe('the locks of a store', () => {
  it('are told of when their owner was killed, and not while he lives', async () => {
    const [place = ''] = (await ownProcess()).split('-');
    mkdirSync(join(base, 'locks/web-1'), { recursive: true });
    mkdirSync(join(base, 'locks/swarm_prod'));
    put(`locks/web-1/ticket-1-${place}-999999999-1-abcd`, 0o600);
    put(`locks/swarm_prod/ticket-1-${await ownProcess()}-abcd`, 0o600);

    expect(await examineLocks(base)).toEqual([
      {
        id: 'lock-stale',
        severity: 'warning',
        fact: 'the lock of machine "web-1" is that of a process that was killed',
        remedy: 'berth doctor --fix',
        mend: {
          kind: 'unlock',
          folder: join(base, 'locks/web-1'),
          tickets: [`ticket-1-${place}-999999999-1-abcd`],
        },
      },
    ]);
  });
});
