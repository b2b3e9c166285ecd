import { createServer, connect as connectTcp, type AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { ShellOptions } from '../../src/host/host.js';
import type { SshHost } from '../../src/host/ssh-host.js';
import { failureOf } from '../helpers/failure.js';
import { hostFolder } from '../helpers/host-folder.js';
import { sshServer } from '../helpers/ssh-server.js';

/** Streams of a user: what he types, and what he sees. */
function desk() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const seen = { stdout: '', stderr: '' };
  stdout.on('data', (chunk: Buffer) => (seen.stdout += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (seen.stderr += chunk.toString()));
  const modes: boolean[] = [];
  const terminal = {
    stdin: Object.assign(stdin, { isTTY: true, isRaw: false, setRawMode: (raw: boolean) => void modes.push(raw) }),
    stdout: Object.assign(stdout, { isTTY: true, columns: 100, rows: 30 }),
    stderr,
  };
  return { streams: terminal as never, stdin, stdout: terminal.stdout, seen, modes };
}

const shellOf = (host: unknown, command: string | undefined, options: ShellOptions, streams: never) =>
  (host as SshHost).shell(command, options, streams);

describe('shell', () => {
  it('pipes our input to a command, and its output and exit code to us', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const { streams, stdin, seen, modes } = desk();
    stdin.end('typed\n');

    const code = await shellOf(host, 'cat; echo warn >&2; exit 7', { tty: false }, streams);

    expect(code).toBe(7);
    expect(seen).toEqual({ stdout: 'typed\n', stderr: 'warn\n' });
    expect(modes).toEqual([]);
    expect(server.windows).toEqual([]);
  });

  it('takes the terminal for a login shell and gives it back', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({
      answers: { 'shell with pty': { stdout: 'bye\r\n', code: 0, delayMs: 50 } },
    });
    await using host = await folder.connect(server);
    const { streams, stdout, seen, modes } = desk();
    const running = shellOf(host, undefined, { tty: true }, streams);
    await until(() => server.commands.length > 0);

    Object.assign(stdout, { columns: 120, rows: 40 }).emit('resize');

    expect(await running).toBe(0);
    expect(seen.stdout).toBe('bye\r\n');
    expect(modes).toEqual([true, false]);
    expect(server.windows).toEqual([
      { rows: 30, cols: 100 },
      { rows: 40, cols: 120 },
    ]);
    expect(stdout.listenerCount('resize')).toBe(0);
  });

  it('answers 128 and the number of the signal that ended the command', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { x: { signal: 'TERM' } } });
    await using host = await folder.connect(server);
    const { streams, stdin } = desk();
    stdin.end();

    expect(await shellOf(host, 'x', { tty: false }, streams)).toBe(143);
  });

  it('gives the terminal back when the connection is lost', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { 'shell with pty': { hang: true } } });
    await using host = await folder.connect(server);
    const { streams, modes } = desk();
    const running = failureOf(shellOf(host, undefined, { tty: true }, streams));
    await until(() => server.commands.length > 0);

    server.drop();

    expect(await running).toMatchObject({ code: 'HostUnreachable', message: 'lost the connection to web-1' });
    expect(modes).toEqual([true, false]);
  });
});

describe('forward', () => {
  it('carries connections to the remote address until the host is left', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const remote = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port };
    const host = await folder.connect(server);
    const { port } = await host.forward({ host: '127.0.0.1', port: 0 }, remote);

    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(port, `hello ${i}`)));
    await host[Symbol.asyncDispose]();
    const after = await failureOf(ask(port, 'hello'));
    echo.close();

    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => `hello ${i}`));
    expect(after).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('ends on its own, the host staying', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);
    const forward = await host.forward({ host: '127.0.0.1', port: 0 }, { host: '127.0.0.1', port: 1 });

    await forward[Symbol.asyncDispose]();

    expect(await failureOf(ask(forward.port, 'hello'))).toMatchObject({ code: 'ECONNREFUSED' });
    expect((await host.run(['echo', 'here'])).stdout).toBe('here\n');
  });

  it('names a local port that is taken', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server);

    const error = await failureOf(
      host.forward({ host: '127.0.0.1', port: server.port }, { host: '127.0.0.1', port: 1 }),
    );

    expect(error).toMatchObject({ code: 'BadOption', message: `cannot listen on 127.0.0.1:${server.port}` });
  });
});

function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(text));
    socket.once('error', reject).once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
  });
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
