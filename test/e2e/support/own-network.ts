import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { finished, type Berth, type Ran } from './berth.js';

const BERTH = resolve(import.meta.dirname, '../../../bin/run.js');

/** Listens at addresses of the namespace it is started in, passes on to sockets outside, and runs the rest of its words there. */
const RELAY = `
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
const [sockets, names, ...words] = process.argv.slice(2);
execFileSync('mount', ['--bind', names, '/etc/hosts']);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
for (const [place, path] of Object.entries(JSON.parse(sockets))) {
  const [host, port] = place.split(':');
  if (!host.startsWith('127.')) execFileSync('ip', ['address', 'add', host + '/32', 'dev', 'lo']);
  const server = createServer((socket) => {
    const other = connect(path);
    socket.on('error', () => other.destroy()).pipe(other).on('error', () => socket.destroy()).pipe(socket);
  });
  await once(server.listen(Number(port), host), 'listening');
}
const [code] = await once(spawn(process.execPath, words, { stdio: 'inherit' }), 'exit');
process.exit(code ?? 1);`;

/** "169.254.170.2:80", and the port of loopback here that answers there. */
export type Services = Readonly<Record<string, number>>;

/**
 * Runs berth in a network namespace of its own, in which nothing answers but these services: what it asks of anybody else
 * goes nowhere. `names` are hosts that have the address 127.0.0.1 there.
 */
export async function inOwnNetwork(
  berth: Berth,
  { services, names = [] }: { readonly services: Services; readonly names?: readonly string[] },
  ...args: readonly string[]
): Promise<Ran> {
  const [relay, hosts] = [join(berth.home, 'relay.mjs'), join(berth.home, 'hosts')];
  writeFileSync(relay, RELAY);
  writeFileSync(hosts, `127.0.0.1 localhost ${names.join(' ')}\n`);
  await using outside = await openSockets(berth.home, services);
  const words = [process.execPath, relay, JSON.stringify(outside.paths), hosts, BERTH, ...args];
  const child = spawn('unshare', ['--net', '--mount', ...words], {
    env: berth.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return await finished(child);
}

/** Sockets in the file system are the same in all network namespaces. */
async function openSockets(
  folder: string,
  services: Services,
): Promise<AsyncDisposable & { readonly paths: Readonly<Record<string, string>> }> {
  const opened = Object.entries(services).map(([place, port], index) => {
    const server = createServer((socket) => {
      const other = connect(port, '127.0.0.1');
      socket.on('error', () => other.destroy());
      other.on('error', () => socket.destroy());
      socket.pipe(other).pipe(socket);
    });
    const path = join(folder, `${index}.sock`);
    return { place, path, server: server.listen(path) };
  });
  await Promise.all(opened.map(({ server }) => once(server, 'listening')));
  return {
    paths: Object.fromEntries(opened.map(({ place, path }) => [place, path])),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map(({ server }) => new Promise((done) => server.close(done))));
    },
  };
}
