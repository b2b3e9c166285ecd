import { chmod, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { failureOf } from '../helpers/failure.js';
import { hostFolder, type HostFolder } from '../helpers/host-folder.js';
import { sshServer } from '../helpers/ssh-server.js';

// Here and there are two folders of this computer: the server really runs what it is told.
async function places({ path }: HostFolder) {
  return { here: await mkdtemp(join(path, 'here-')), there: await mkdtemp(join(path, 'there-')) };
}

/** Odd, but all of them names that a file can have. */
const ODD = ["it's", 'two\nlines', '-rf', 'ü'.repeat(80), `${'n'.repeat(150)}`, ' blank ', '$HOME', '%s'];

async function makeTree(root: string) {
  await mkdir(join(root, 'tree', 'empty'), { recursive: true });
  await mkdir(join(root, 'tree', 'inner'));
  for (const name of ODD) await writeFile(join(root, 'tree', name), `this is ${name}`);
  await writeFile(join(root, 'tree', 'inner', 'run'), '#!/bin/sh\n');
  await chmod(join(root, 'tree', 'inner', 'run'), 0o755);
  await chmod(join(root, 'tree', 'inner'), 0o750);
  await symlink('inner/run', join(root, 'tree', 'link'));
}

async function expectTree(root: string) {
  expect((await readdir(root)).sort()).toEqual([...ODD, 'empty', 'inner', 'link'].sort());
  for (const name of ODD) expect(await readFile(join(root, name), 'utf8')).toBe(`this is ${name}`);
  expect(await readFile(join(root, 'link'), 'utf8')).toBe('#!/bin/sh\n');
  expect((await stat(join(root, 'inner', 'run'))).mode & 0o777).toBe(0o755);
  expect((await stat(join(root, 'inner'))).mode & 0o777).toBe(0o750);
}

describe.each(['upload', 'download'] as const)('%s', (way) => {
  it('of a file gives it the name that was asked for', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { here, there } = await places(folder);
    await writeFile(join(here, 'a'), 'content', { mode: 0o640 });

    await host[way](join(here, 'a'), join(there, 'b'));

    expect(await readFile(join(there, 'b'), 'utf8')).toBe('content');
    expect((await stat(join(there, 'b'))).mode & 0o777).toBe(0o640);
    expect(host.exchanges).toBe(1);
  });

  it('of a file into a folder that is there keeps its name', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { here, there } = await places(folder);
    for (const name of ODD) {
      await writeFile(join(here, name), name);

      await host[way](join(here, name), there);
    }

    expect((await readdir(there)).sort()).toEqual([...ODD].sort());
  });

  it('of a folder makes it under the name that was asked for', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { here, there } = await places(folder);
    await makeTree(here);

    await host[way](join(here, 'tree'), join(there, 'new'), { recursive: true });

    await expectTree(join(there, 'new'));
    expect(host.exchanges).toBe(1);
  });

  it('of a folder into a folder that is there goes inside, and again on top of itself', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { here, there } = await places(folder);
    await makeTree(here);

    await host[way](join(here, 'tree'), there, { recursive: true });
    await host[way](join(here, 'tree'), there, { recursive: true });

    expect(await readdir(there)).toEqual(['tree']);
    await expectTree(join(there, 'tree'));
  });

  it('of a folder wants to be asked for', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { here, there } = await places(folder);

    expect(await failureOf(host[way](here, there))).toMatchObject({
      code: 'BadUsage',
      message: `"${here}" is a folder`,
      suggestions: ['Copy folders with --recursive'],
    });
    expect(await readdir(there)).toEqual([]);
  });

  it('tells how far it is', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { here, there } = await places(folder);
    await writeFile(join(here, 'a'), Buffer.alloc(1_000_000, 'x'));
    const progress: [number, number][] = [];

    await host[way](join(here, 'a'), there, { onProgress: (_file, done, total) => progress.push([done, total]) });

    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toEqual([1_000_000, 1_000_000]);
    expect((await readFile(join(there, 'a'))).equals(await readFile(join(here, 'a')))).toBe(true);
  });

  it('names what cannot be copied', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { here, there } = await places(folder);
    await writeFile(join(here, 'a'), 'x');
    const [from, to] = [join(here, 'a'), join(there, 'no', 'b')];
    const message = {
      upload: `cannot copy "${from}" to "${to}" on web-1`,
      download: `cannot copy "${from}" on web-1 to "${to}"`,
    };

    const error = await failureOf(host[way](from, to));

    expect(error).toMatchObject({ code: 'CommandFailed', message: message[way] });
  });
});

it('uploads to the home folder of the login', async () => {
  await using folder = await hostFolder();
  const { here, there } = await places(folder);
  await using server = await sshServer({ env: { ...process.env, HOME: there } });
  await using host = await folder.connect(server);
  await writeFile(join(here, 'a'), 'x');

  await host.upload(join(here, 'a'), '~');
  await host.upload(join(here, 'a'), '~/b');

  expect(await readdir(there)).toEqual(['a', 'b']);
});

it('does not upload what is not there', async () => {
  await using folder = await hostFolder();
  await using server = await sshServer();
  await using host = await folder.connect(server);
  const from = join(folder.path, 'none');

  expect(await failureOf(host.upload(from, '/tmp'))).toMatchObject({
    code: 'BadUsage',
    message: `cannot read "${from}" on this computer`,
  });
});

it('writes nothing outside the target, whatever the host sends', async () => {
  await using folder = await hostFolder();
  const { there } = await places(folder);
  const archive = pack();
  archive.entry({ name: './', type: 'directory' });
  archive.entry({ name: './../escaped' }, 'x');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  await using server = await sshServer({ answers: () => ({ stdout: Buffer.concat(chunks) }) });
  await using host = await folder.connect(server);

  const error = await failureOf(host.download('/srv/x', join(there, 'x'), { recursive: true }));

  expect(error).toMatchObject({
    code: 'CommandFailed',
    message: `cannot copy "/srv/x" on web-1 to "${join(there, 'x')}"`,
    cause: expect.objectContaining({
      message: 'the host sent a file name that leads outside: "./../escaped"',
    }) as Error,
  });
  expect(await readdir(there)).toEqual(['x']);
});
