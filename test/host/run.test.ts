import { existsSync } from 'node:fs';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { HostFile } from '../../src/host/host.js';
import { failureOf } from '../helpers/failure.js';
import { hostFolder } from '../helpers/host-folder.js';
import { sshServer } from '../helpers/ssh-server.js';

const causeOf = (error: unknown) => (error as { cause?: { message: string } }).cause?.message;

describe('run', () => {
  it('hands each word over as it is', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);

    const { stdout } = await host.run(['printf', '[%s]', "it's", '$HOME; rm', '', 'a\nb', '*']);

    expect(stdout).toBe("[it's][$HOME; rm][][a\nb][*]");
  });

  it('streams its input, and each line as it comes', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const lines: string[] = [];
    const input = Readable.from(['one\ntw', 'o\nthree']);

    const { stdout } = await host.run(['cat'], { input, onLine: (line) => lines.push(line) });

    expect(stdout).toBe('one\ntwo\nthree');
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('says how a program failed, with the end of its stderr as the cause', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({
      answers: { 'apt-get update': { code: 100, stderr: `${'noise\n'.repeat(40)}E: no network\n` } },
    });
    await using host = await folder.connect(server);

    const error = await failureOf(host.run(['apt-get', 'update']));

    expect(error).toMatchObject({ code: 'CommandFailed', message: '"apt-get" exited with 100 on web-1' });
    expect(causeOf(error)).toBe(`${'noise\n'.repeat(19)}E: no network`);
  });

  it.each([
    ['a signal', { signal: 'KILL' }, '"dockerd" was killed by SIGKILL on web-1'],
    ['nothing', { noExit: true }, '"dockerd" ended without an exit code on web-1'],
  ])('names %s that ended a program', async (_title, answer, message) => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { dockerd: answer } });
    await using host = await folder.connect(server);

    expect(await failureOf(host.run(['dockerd']))).toMatchObject({ code: 'CommandFailed', message });
  });

  it('says when the connection is lost', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { reboot: { drop: true } } });
    await using host = await folder.connect(server);

    const error = await failureOf(host.run(['reboot']));
    const later = await failureOf(host.run(['true']));

    expect(error).toMatchObject({ code: 'HostUnreachable', message: 'lost the connection to web-1' });
    expect(later).toMatchObject({ code: 'HostUnreachable', message: 'lost the connection to web-1' });
  });

  it('is cut off at its time limit, and the program with it', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { sleep: { hang: true } } });
    await using host = await folder.connect(server);

    const error = await failureOf(host.run(['sleep'], { timeoutMs: 100 }));

    expect(error).toMatchObject({
      code: 'TimedOut',
      message: 'timed out after 0.1 s waiting for "sleep" on web-1',
    });
  });

  it('is cancelled by the signal', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { sleep: { hang: true } } });
    await using host = await folder.connect(server);
    const controller = new AbortController();
    const running = failureOf(host.run(['sleep'], { signal: controller.signal }));
    await until(() => server.commands.length > 0);

    controller.abort();

    expect(await running).toMatchObject({ code: 'Cancelled', message: 'interrupted' });
  });

  it('keeps the beginning and the end of an endless output', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);

    const { stdout } = await host.run(['sh', '-c', 'echo first; head -c 20000000 /dev/zero | tr "\\0" x; echo last']);

    expect(stdout.length).toBeLessThan(4 * 1024 * 1024 + 100);
    expect(stdout.startsWith('first\nxxx')).toBe(true);
    expect(stdout.endsWith('xxxlast\n')).toBe(true);
    expect(stdout).toContain('\n[15805707 bytes cut]\n');
  });

  it('does not mind a program that leaves its input unread', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });

    expect((await host.run(['echo', 'done'], { input: endless })).stdout).toBe('done\n');
    expect(endless.destroyed).toBe(true);
  });

  it('fails with the reason when its input cannot be read', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const input = new Readable({
      read() {
        this.destroy(new Error('disk is gone'));
      },
    });

    expect(await failureOf(host.run(['cat'], { input }))).toMatchObject({ message: 'disk is gone' });
  });
});

describe('many at once', () => {
  it('share one connection, within the number of sessions that sshd allows', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: (command) => ({ stdout: command, delayMs: 2 }) });
    await using host = await folder.connect(server);

    const outputs = await Promise.all(Array.from({ length: 100 }, (_, i) => host.run(['echo', `${i}`])));

    expect(outputs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 100 }, (_, i) => `echo ${i}`));
    expect(server.connections).toBe(1);
    expect(server.mostSessions).toBe(8);
  });

  it('keep to a lower limit of the server', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ maxSessions: 2, answers: (command) => ({ stdout: command, delayMs: 2 }) });
    await using host = await folder.connect(server);

    const outputs = await Promise.all(Array.from({ length: 20 }, (_, i) => host.run(['echo', `${i}`])));

    expect(outputs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 20 }, (_, i) => `echo ${i}`));
    expect(server.mostSessions).toBe(2);
  });

  it('all end when the connection is lost', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: () => ({ hang: true }) });
    await using host = await folder.connect(server);
    const running = Array.from({ length: 20 }, () => failureOf(host.run(['sleep'])));
    await until(() => server.commands.length === 8);

    server.drop();

    for (const error of await Promise.all(running)) {
      expect(error).toMatchObject({ code: 'HostUnreachable', message: 'lost the connection to web-1' });
    }
  });
});

describe('sudo', () => {
  it.each([
    ['root', 'id -u'],
    ['debian', 'sudo -n -- id -u'],
  ])('as %s runs %s', async (user, line) => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { [line]: { stdout: '0\n' } } });
    await using host = await folder.connect(server, { target: { host: server.host, port: server.port, user } });

    expect((await host.run(['id', '-u'], { sudo: true })).stdout).toBe('0\n');
  });

  it.each([
    'sudo: a password is required\n',
    'sudo: no tty present and no askpass program specified\n',
    'sudo: sorry, you must have a tty to run sudo\n',
    'debian is not in the sudoers file.\n',
  ])('that is refused with %j shows the line for sudoers', async (stderr) => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: () => ({ code: 1, stderr }) });
    const target = { host: server.host, port: server.port, user: 'debian' };
    await using host = await folder.connect(server, { target });

    const error = await failureOf(host.run(['true'], { sudo: true }));

    expect(error).toMatchObject({
      code: 'CommandFailed',
      message: 'user "debian" on web-1 may not use sudo without a password',
      suggestions: [`echo 'debian ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/debian`],
    });
    expect(causeOf(error)).toBe(stderr.trim());
  });
});

describe('files', () => {
  it('are written whole, with their mode, and read back', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const path = join(folder.path, "it's here");
    const content = Buffer.from([0, 255, 10, 13, 0]);

    await host.write({ path, content, mode: 0o640 });

    expect(await host.read(path)).toEqual(content);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('can be larger than what is kept of an output', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    await writeFile(join(folder.path, 'local'), Buffer.alloc(10_000_000, 'x'));
    const path = join(folder.path, 'remote');

    await host.write({ path, content: { localPath: join(folder.path, 'local') }, mode: 0o600 });

    expect((await host.read(path)).equals(await readFile(path))).toBe(true);
    expect((await stat(path)).size).toBe(10_000_000);
  });

  it('that cannot be read or written are named', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const path = join(folder.path, 'no', 'such');

    const read = await failureOf(host.read(path));
    const written = await failureOf(host.write({ path, content: '', mode: 0o600 }));
    const onFolder = await failureOf(host.write({ path: folder.path, content: '', mode: 0o600 }));

    expect(read).toMatchObject({ code: 'CommandFailed', message: `cannot read "${path}" on web-1` });
    expect(causeOf(read)).toBe(`cat: ${path}: No such file or directory`);
    expect(written).toMatchObject({ code: 'CommandFailed', message: `cannot write "${path}" on web-1` });
    expect(causeOf(onFolder)).toBe(`${folder.path} is a folder`);
  });
});

describe('deliver', () => {
  it('runs the script among the files in one exchange and leaves nothing behind', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ env: { ...process.env, TMPDIR: folder.path } });
    await using host = await folder.connect(server);
    await writeFile(join(folder.path, 'bundle'), Buffer.alloc(3_000_000, 7));
    const long = `deep/${'n'.repeat(120)}/é`;
    const lines: string[] = [];
    const script = `pwd; stat -c '%a %s' . secret bundle; cat '${long}'; umask; cat`;

    const { stdout } = await host.deliver(
      [
        { path: 'run.sh', content: script, mode: 0o700 },
        { path: 'secret', content: 'key', mode: 0o600 },
        { path: 'bundle', content: { localPath: join(folder.path, 'bundle') }, mode: 0o644 },
        { path: long, content: 'long\n', mode: 0o644 },
      ],
      'run.sh',
      { onLine: (line) => lines.push(line) },
    );

    const [place = '', ...rest] = stdout.split('\n');
    expect(rest).toEqual(['700 4096', '600 3', '644 3000000', 'long', '0022', '']);
    expect(lines).toEqual(stdout.trimEnd().split('\n'));
    expect(place.startsWith(join(folder.path, 'tmp.'))).toBe(true);
    expect(existsSync(place)).toBe(false);
    expect(host.exchanges).toBe(1);
  });

  it("passes on the script's exit code, and still removes the folder", async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const placeFile = join(folder.path, 'place');

    const error = await failureOf(
      host.deliver([{ path: 'apply.sh', content: `pwd >${placeFile}; echo no >&2; exit 42`, mode: 0o600 }], 'apply.sh'),
    );

    expect(error).toMatchObject({ code: 'CommandFailed', message: '"apply.sh" exited with 42 on web-1' });
    expect(causeOf(error)).toBe('no');
    expect(existsSync((await readFile(placeFile, 'utf8')).trim())).toBe(false);
  });

  it('removes the folder when it is cancelled', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const controller = new AbortController();
    const lines: string[] = [];
    const running = failureOf(
      host.deliver([{ path: 'slow.sh', content: 'pwd; exec sleep 60', mode: 0o600 }], 'slow.sh', {
        signal: controller.signal,
        onLine: (line) => lines.push(line),
      }),
    );
    await until(() => lines.length > 0);

    controller.abort();

    expect(await running).toMatchObject({ code: 'Cancelled' });
    await until(() => !existsSync(lines[0] ?? ''));
  });

  it('runs all of it as root where the user is another', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: () => ({}) });
    const target = { host: server.host, port: server.port, user: 'debian' };
    await using host = await folder.connect(server, { target });

    await host.deliver([{ path: 'run.sh', content: '', mode: 0o600 }], 'run.sh', { sudo: true });

    expect(server.commands[0]?.slice(0, 18)).toBe("sudo -n -- sh -c '");
    expect(server.commands[0]?.endsWith("' sh run.sh")).toBe(true);
  });

  it('has its exchange open before the files are there', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ env: { ...process.env, TMPDIR: folder.path } });
    await using host = await folder.connect(server);
    let give = (_files: HostFile[]): void => {};
    const delivered = host.deliver(new Promise<HostFile[]>((resolve) => (give = resolve)), 'run.sh');
    await until(() => server.commands.length > 0);

    give([
      { path: 'run.sh', content: 'cat file', mode: 0o600 },
      { path: 'file', content: 'text', mode: 0o600 },
    ]);

    expect((await delivered).stdout).toBe('text');
    expect((await readdir(folder.path)).filter((name) => name.startsWith('tmp.'))).toEqual([]);
  });

  it('does nothing on the host, not even by sudo, where no files come', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ env: { ...process.env, PATH: folder.path } });
    const target = { host: server.host, port: server.port, user: 'debian' };
    await symlink('/bin/sh', join(folder.path, 'sh'));
    await using host = await folder.connect(server, { target });

    const delivered = await host.deliver(Promise.resolve([]), 'run.sh', { sudo: true });

    expect(delivered).toEqual({ stdout: '', stderr: '' });
    expect(server.inputs).toEqual([Buffer.alloc(0)]);
  });

  it('ends with the error that came instead of the files', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);

    await expect(host.deliver(Promise.reject(new Error('no plan')), 'run.sh')).rejects.toThrow('no plan');
  });
});

describe('a script in the command line', () => {
  it('arrives as it is, and leaves nothing behind', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ env: { ...process.env, TMPDIR: folder.path } });
    await using host = await folder.connect(server);
    const text = [
      "# said ' nowhere",
      String.raw`printf '%s\n' "it's" 'back\slash \1 \\ \0134 100% ! é'`,
      '  # nor this',
      'basename "$0"; cat',
    ].join('\n');

    const { stdout } = await host.runScript({ name: 'look.sh', text });

    expect(stdout).toBe(String.raw`it's
back\slash \1 \\ \0134 100% ! é
look.sh
`);
    expect((await readdir(folder.path)).filter((name) => name.startsWith('tmp.'))).toEqual([]);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
