import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureDisk } from '../../../drivers/nspawn/disk.js';
import { nspawn, type NspawnMachine, type NspawnOptions } from '../../../drivers/nspawn/index.js';
import { parseSubnet } from '../../../drivers/nspawn/network.js';
import { ensureRoot } from '../../../drivers/nspawn/root.js';
import { MACHINES } from '../../../drivers/nspawn/scripts.js';
import { poll } from '../../../src/poll.js';
import type { Json } from '../../../src/record.js';
import { driverContext } from '../../helpers/driver-context.js';
import type { Machinery } from '../../standins/server.js';
import { sh, TEST_SUBNET } from './berth.js';

type Instance = Parameters<Machinery['boot']>[0];

const CLOUD_CONFIG = 'etc/cloud/cloud.cfg.d/99-test.cfg';
const SEED = 'var/lib/cloud/seed/nocloud';

/**
 * Real hosts behind a stand-in: each instance is a Debian with cloud-init of its own, which gets the request's user-data as
 * its seed, so that keys, users, host name and scripts come about as they do at a provider.
 */
export class RealMachines implements Machinery, AsyncDisposable {
  readonly #hosts = new Map<string, Promise<NspawnMachine>>();
  readonly #removals: Promise<void>[] = [];
  readonly #context = driverContext();
  #moves = 0;

  /** `packages` are in the image besides cloud-init: docker.io makes one whose engine is there already. */
  constructor(private readonly packages: readonly string[]) {}

  /** Builds the image, which takes minutes the first time. */
  async prepare(): Promise<string> {
    const { report, signal } = this.#context;
    return ensureRoot({ packages: ['cloud-init', ...this.packages], report, signal });
  }

  async boot(instance: Instance): Promise<string> {
    const making = this.#make(instance);
    this.#hosts.set(instance.id, making);
    return this.#addressOf(await making);
  }

  /** Under another address than before, as clouds do it. */
  async start(id: string): Promise<string> {
    const host = await this.#host(id);
    const { addresses } = parseSubnet(TEST_SUBNET);
    writeFileSync(join(MACHINES, host.machine, 'address'), `${addresses[100 + (this.#moves += 1)] ?? ''}\n`);
    await (await nspawn.load()).start(host, this.#context);
    return this.#addressOf(host);
  }

  async stop(id: string, how: 'shutdown' | 'power cut'): Promise<void> {
    const driver = await nspawn.load();
    const host = await this.#host(id);
    await (how === 'shutdown' ? driver.stop(host, this.#context) : driver.kill(host, this.#context));
  }

  remove(id: string): Promise<void> {
    const making = this.#hosts.get(id);
    this.#hosts.delete(id);
    const removal = making ? making.then((host) => this.#removed(host)) : Promise.resolve();
    this.#removals.push(removal.catch(() => {}));
    return removal;
  }

  async #removed(host: NspawnMachine): Promise<void> {
    await (await nspawn.load()).remove(host, this.#context);
  }

  /** Also waits for what a stand-in has only begun to remove. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [...this.#hosts.keys()]) void this.remove(id).catch(() => {});
    await Promise.all(this.#removals);
  }

  #host(id: string): Promise<NspawnMachine> {
    const making = this.#hosts.get(id);
    if (!making) throw new Error(`there is no instance ${id}`);
    return making;
  }

  async #make(instance: Instance): Promise<NspawnMachine> {
    const root = await this.prepare();
    const digest = createHash('sha256').update(`${instance.id} ${Date.now()}`).digest('hex');
    const machine = `${instance.name.replace(/[^a-z0-9-]/gi, '-').slice(0, 30)}-${digest.slice(0, 8)}`;
    const options: NspawnOptions = { memory: 0, 'cpu-count': 0, 'disk-size': 8_000, packages: [], subnet: TEST_SUBNET };
    const folder = join(MACHINES, machine);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const host = { name: 'unnamed', id: digest, store: '', options, publicKey: '# only what cloud-init brings' };
    await ensureDisk(folder, host, this.#context.signal);
    await seed(join(folder, 'disk.img'), instance);
    const link = `berth${digest.slice(0, 7)}`;
    const resource = { machine, hostname: 'unnamed', link, subnet: TEST_SUBNET, root, memory: 0, cpus: 0 };
    const driver = await nspawn.load();
    return driver.create(host, this.#context, resource);
  }

  async #addressOf(host: NspawnMachine): Promise<string> {
    const driver = await nspawn.load();
    const context = driverContext({ keep: async (_kept: Json) => {} });
    return poll(async () => (await driver.target(host, context as never)).host || undefined, {
      what: 'an address',
      withinMs: 30_000,
      everyMs: 50,
    });
  }
}

/** What a provider hands to cloud-init, as files of its data source NoCloud. */
async function seed(image: string, { id, userData }: Instance): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-seed-'));
  await sh('mount', '-o', 'loop', image, folder);
  try {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, 'upper', path)), { recursive: true });
      writeFileSync(join(folder, 'upper', path), text);
    };
    // The network is there before the host's own init, as in a container; only the seed counts. Debian's usual locale is not
    // generated here: cloud-init would fail, and systemd in a container may never see the end of a service that has failed.
    write(CLOUD_CONFIG, 'network: {config: disabled}\ndatasource_list: [NoCloud]\nlocale: C.UTF-8\n');
    write(`${SEED}/meta-data`, `instance-id: ${JSON.stringify(id)}\n`);
    write(`${SEED}/user-data`, userData);
  } finally {
    await sh('umount', folder);
    rmdirSync(folder);
  }
}
