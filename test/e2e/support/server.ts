import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from '../../../src/driver.js';
import { findDriver } from '../../../drivers/index.js';
import { generateKeyPair } from '../../../src/host/keys.js';
import type { Json, OptionValues } from '../../../src/record.js';
import { driverContext } from '../../helpers/driver-context.js';
import { finished, outputOf } from './berth.js';
import { spawn } from 'node:child_process';

/** A Debian that berth has never touched: what a user who rents a server gets. */
export interface Server extends AsyncDisposable {
  readonly name: string;
  readonly address: string;
  /** Private key of root. */
  readonly keyPath: string;
  /** The nspawn driver's handle: names of its interface, folder and control groups, for faults. */
  readonly resource: Readonly<Record<string, Json>>;
  /** A command line in the server's shell, by the real ssh program. */
  sh(command: string): Promise<string>;
}

/** Boots a server. `packages` are in it from the start: docker.io makes one whose engine runs already. */
export async function bootServer(
  name: string,
  options: { packages?: readonly string[]; diskSizeMb?: number } = {},
): Promise<Server> {
  const spec = findDriver('nspawn');
  if (!spec) throw new Error('the nspawn driver is not in the registry');
  const driver = (await spec.load()) as Driver<OptionValues, Json>;
  const keys = mkdtempSync(join(tmpdir(), 'berth-server-'));
  const [login, hostKey] = [generateKeyPair('tester'), generateKeyPair(name)];
  const keyPath = join(keys, 'id_ed25519');
  writeFileSync(keyPath, login.privateKey, { mode: 0o600 });
  let resource: Json = null;
  const context = driverContext({ keep: async (kept) => void (resource = kept) });
  const defaults = Object.fromEntries(
    Object.entries(spec.options).flatMap(([key, option]) => ('default' in option ? [[key, option.default]] : [])),
  );
  const host = {
    name,
    id: randomBytes(8).toString('hex'),
    store: randomBytes(8).toString('hex'),
    options: {
      ...defaults,
      packages: options.packages ?? [],
      ...(options.diskSizeMb === undefined ? {} : { 'disk-size': options.diskSizeMb }),
    },
    publicKey: login.publicKey,
    hostKey,
  };
  const remove = async (): Promise<void> => {
    if (resource !== null) await driver.remove(resource, context);
    rmSync(keys, { recursive: true, force: true });
  };
  try {
    await driver.check(host, context);
    resource = await driver.create(host, context);
    const { host: address } = await driver.target(resource, context);
    const server: Server = {
      name,
      address,
      keyPath,
      resource: resource as Readonly<Record<string, Json>>,
      sh: (command) => overSsh(address, keyPath, command),
      [Symbol.asyncDispose]: remove,
    };
    await untilUp(server);
    return server;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function overSsh(address: string, keyPath: string, command: string): Promise<string> {
  const options = [
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'LogLevel=ERROR',
    '-o',
    'ConnectTimeout=5',
  ];
  return outputOf(
    command,
    await finished(
      spawn('ssh', [...options, '-i', keyPath, `root@${address}`, command], { stdio: ['ignore', 'pipe', 'pipe'] }),
    ),
  );
}

/** systemd itself says when everything is up; some units of a minimal system may have failed, which is no matter here. */
async function untilUp(server: Server): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const state = await server.sh('systemctl is-system-running --wait || true').catch(() => '');
    if (/running|degraded/.test(state)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${server.name} did not come up`);
}
