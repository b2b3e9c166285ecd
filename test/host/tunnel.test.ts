import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MachineError } from '../../src/errors.js';
import type { Host } from '../../src/host/host.js';
import { openTunnel, type Tunnel, type TunnelRequest } from '../../src/host/tunnel.js';
import { failureOf } from '../helpers/failure.js';
import { hostFolder, type HostFolder } from '../helpers/host-folder.js';
import { sshServer, type SshServer } from '../helpers/ssh-server.js';
import { until } from '../helpers/until.js';

/** Answers each connection with what it has got, once the other side has ended. */
interface Echo extends AsyncDisposable {
  readonly path: string;
  readonly sockets: Set<Socket>;
}

async function echo(path: string): Promise<Echo> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.once('end', () => socket.end(`echo ${Buffer.concat(parts).toString()}`));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What comes back for what was sent. */
async function ask(path: string, words: string): Promise<string> {
  const socket = connectSocket({ path, allowHalfOpen: true });
  socket.end(words);
  return text(socket);
}

function get(socketPath: string, path: string, method = 'GET'): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, method, agent: false }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

interface Stage extends AsyncDisposable {
  readonly folder: HostFolder;
  readonly sshd: SshServer;
  readonly engine: Echo;
  readonly local: string;
  open(more?: Partial<TunnelRequest>): Promise<Tunnel>;
  connect(): Promise<Host>;
}

async function stage(): Promise<Stage> {
  const folder = await hostFolder();
  const sshd = await sshServer();
  const engine = await echo(join(folder.path, 'engine.sock'));
  await mkdir(join(folder.path, 'machine'), { mode: 0o700 });
  const local = join(folder.path, 'machine', 'docker.sock');
  const tunnels: Tunnel[] = [];
  const connect = () => folder.connect(sshd);
  return {
    ...{ folder, sshd, engine, local, connect },
    open: async (more = {}) => {
      const tunnel = await openTunnel({ socketPath: local, remotePath: engine.path, connect, idleMs: 0, ...more });
      tunnels.push(tunnel);
      return tunnel;
    },
    [Symbol.asyncDispose]: async () => {
      for (const tunnel of tunnels) await tunnel[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      await sshd[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('a tunnel', () => {
  it('carries 50 connections at once through one SSH connection, without a session', async () => {
    await using its = await stage();
    await its.open();

    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(its.local, `${index}`)));

    expect(answers).toEqual(answers.map((_, index) => `echo ${index}`));
    expect(its.sshd.connections).toBe(1);
    expect(its.sshd.mostSessions).toBe(0);
    expect(its.sshd.dialled).toHaveLength(50);
  });

  it('connects to the host when the first client comes', async () => {
    await using its = await stage();
    await its.open();
    const before = its.sshd.connections;

    await ask(its.local, 'x');

    expect([before, its.sshd.connections]).toEqual([0, 1]);
  });

  it('has a socket that nobody else may use', async () => {
    await using its = await stage();

    await its.open();

    const found = await stat(its.local);
    expect([found.isSocket(), found.mode & 0o777]).toEqual([true, 0o600]);
  });

  it('passes on many bytes, and an end of input by itself', async () => {
    await using its = await stage();
    await its.open();
    const much = 'x'.repeat(8 << 20);

    const answer = await ask(its.local, much);

    expect(answer.length).toBe(much.length + 'echo '.length);
  });

  it('ends the connection on the host when its client is gone', async () => {
    await using its = await stage();
    await its.open();
    const client = connectSocket(its.local);
    await once(client, 'connect');
    client.write('x');
    await until(() => its.engine.sockets.size === 1);

    client.destroy();

    await until(() => its.engine.sockets.size === 0);
    expect(its.engine.sockets.size).toBe(0);
  });

  it('connects anew after the connection was lost', async () => {
    await using its = await stage();
    await its.open();
    const client = connectSocket(its.local).on('error', () => {});
    client.write('x');
    await until(() => its.engine.sockets.size === 1);
    const closed = once(client, 'close');

    client.resume();
    its.sshd.drop();
    await closed;

    expect(await ask(its.local, 'again')).toBe('echo again');
    expect(its.sshd.connections).toBe(2);
  });

  it('takes a connection on which nothing can be opened for dead', async () => {
    await using its = await stage();
    await its.open({ deafMs: 50 });
    its.sshd.set({ deaf: true });

    const answer = await get(its.local, '/version');

    expect(answer).toEqual({
      status: 503,
      body: '{"message":"no answer over the SSH connection within 50 ms"}\n',
    });
    expect(its.sshd.connections).toBe(2);
  });

  it('connects anew for those who come after it was told to', async () => {
    await using its = await stage();
    const tunnel = await its.open();
    await ask(its.local, 'x');

    tunnel.reconnect();
    await ask(its.local, 'y');

    expect(its.sshd.connections).toBe(2);
  });

  it('ends a connection that rests, and goes on listening', async () => {
    await using its = await stage();
    let open = 0;
    await its.open({
      restMs: 10,
      connect: async () => {
        const host = await its.connect();
        open += 1;
        const dispose = host[Symbol.asyncDispose].bind(host);
        return Object.assign(host, { [Symbol.asyncDispose]: () => ((open -= 1), dispose()) });
      },
    });
    await ask(its.local, 'x');

    await until(() => open === 0);

    expect(await ask(its.local, 'y')).toBe('echo y');
    expect(its.sshd.connections).toBe(2);
  });
});

describe('a tunnel to a host that cannot be reached', () => {
  it('tells clients why, in the words of an engine', async () => {
    await using its = await stage();
    await its.open();
    await its.sshd[Symbol.asyncDispose]();

    const answer = await get(its.local, '/version');
    const head = await get(its.local, '/_ping', 'HEAD');

    const message = `cannot reach root@127.0.0.1:${its.sshd.port} over SSH: connection refused (Check that sshd runs on the host and that the port is right)`;
    expect(answer).toEqual({ status: 503, body: `${JSON.stringify({ message })}\n` });
    expect(head).toEqual({ status: 503, body: '' });
  });

  it('tries once for those who ask in a row, and again for who comes later', async () => {
    await using its = await stage();
    let tries = 0;
    const connect = async (): Promise<Host> => {
      tries += 1;
      throw new MachineError('HostUnreachable', 'cannot reach it');
    };
    await its.open({ connect, vainMs: 50 });

    await get(its.local, '/_ping', 'HEAD');
    const { status } = await get(its.local, '/version');
    const atOnce = tries;
    await new Promise((resolve) => setTimeout(resolve, 60));
    await get(its.local, '/version');

    expect([status, atOnce, tries]).toEqual([503, 1, 2]);
  });

  it('tells them that the engine does not run', async () => {
    await using its = await stage();
    await its.open({ remotePath: '/nowhere/docker.sock' });

    const { body } = await get(its.local, '/version');

    expect(JSON.parse(body)).toEqual({
      message:
        'no engine answers at /nowhere/docker.sock of web-1, or the login user may not use it (berth ssh web-1 systemctl status docker)',
    });
    expect(its.sshd.connections).toBe(1);
  });
});

describe('the end of a tunnel', () => {
  it('comes when nobody was connected for so long, and takes the socket along', async () => {
    await using its = await stage();
    const tunnel = await its.open({ idleMs: 20 });

    await tunnel.ended;

    expect(existsSync(its.local)).toBe(false);
  });

  it('does not come while somebody is connected', async () => {
    await using its = await stage();
    const tunnel = await its.open({ idleMs: 20 });
    const client = connectSocket(its.local);
    await once(client, 'connect');
    client.write('slow');

    const first = await Promise.race([tunnel.ended, new Promise((resolve) => setTimeout(resolve, 60, 'still there'))]);

    expect(first).toBe('still there');
    client.destroy();
    await tunnel.ended;
  });

  it('comes when its folder is removed', async () => {
    await using its = await stage();
    const tunnel = await its.open();

    await rm(join(its.folder.path, 'machine'), { recursive: true });
    await tunnel.ended;

    expect(its.sshd.connections).toBe(0);
  });

  it('comes when its folder is removed, whoever still waits for an answer of the host', async () => {
    await using its = await stage();
    const tunnel = await its.open();
    const client = connectSocket({ path: its.local, allowHalfOpen: true }).on('error', () => {});
    client.write('begun ');
    await until(() => its.engine.sockets.size === 1);

    await rm(join(its.folder.path, 'machine'), { recursive: true });

    await tunnel.ended;
    client.destroy();
  });

  it('comes when another one takes its place, which then serves', async () => {
    await using its = await stage();
    const former = await its.open();

    await its.open();
    await former.ended;

    expect(await ask(its.local, 'x')).toBe('echo x');
  });

  it('lets the clients go on that another one finds there', async () => {
    await using its = await stage();
    const former = await its.open();
    const client = connectSocket({ path: its.local, allowHalfOpen: true });
    client.write('begun ');
    await until(() => its.engine.sockets.size === 1);
    await its.open();

    client.end('and ended');

    expect(await text(client)).toBe('echo begun and ended');
    await former.ended;
  });
});

describe('a tunnel that cannot listen', () => {
  it('says where', async () => {
    await using its = await stage();
    const path = join(its.folder.path, 'nowhere', 'docker.sock');

    const error = await failureOf(its.open({ socketPath: path }));

    expect(error).toMatchObject({ code: 'StoreUnusable', message: `cannot listen on ${path}` });
  });
});
