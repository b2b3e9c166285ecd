import './realm.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectRequest, Host, SshKeyPair } from '../../src/host/host.js';
import { generateKeyPair } from '../../src/host/keys.js';
import { connect } from '../../src/host/ssh.js';

export interface HostFolder extends AsyncDisposable {
  readonly path: string;
  readonly keyPath: string;
  readonly key: SshKeyPair;
  readonly knownHostsPath: string;
  /** A request to log in with this folder's key, once. */
  request(server: { readonly host: string; readonly port: number }, changes?: Partial<ConnectRequest>): ConnectRequest;
  connect(server: { readonly host: string; readonly port: number }, changes?: Partial<ConnectRequest>): Promise<Host>;
}

/** A machine's folder: a login key and the place of its known_hosts. */
export async function hostFolder(): Promise<HostFolder> {
  const path = await mkdtemp(join(tmpdir(), 'berth-host-'));
  const key = generateKeyPair('test');
  const keyPath = join(path, 'id_ed25519');
  await writeFile(keyPath, key.privateKey, { mode: 0o600 });
  const knownHostsPath = join(path, 'known_hosts');
  const request: HostFolder['request'] = ({ host, port }, changes) => ({
    target: { host, port, user: 'root' },
    name: 'web-1',
    keyPath,
    knownHostsPath,
    withinMs: 10_000,
    retry: false,
    ...changes,
  });
  return {
    path,
    keyPath,
    key,
    knownHostsPath,
    request,
    connect: (server, changes) => connect(request(server, changes)),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
