import { join } from 'node:path';
import { certificates } from '../../../src/certs/issue.js';
import type { Certificates } from '../../../src/certs/certificates.js';
import type { AnyDriverSpec } from '../../../src/driver.js';
import type { Host } from '../../../src/host/host.js';
import { generateKeyPair } from '../../../src/host/keys.js';
import type { CreateRequest } from '../../../src/lifecycle/create.js';
import { planMachine } from '../../../src/lifecycle/plan.js';
import type { Program } from '../../../src/lifecycle/program.js';
import { clustersOf } from '../../../src/lifecycle/swarm-clusters.js';
import { parseName } from '../../../src/name.js';
import { paces } from '../../../src/pace.js';
import type { Facts, Provision, Wanted } from '../../../src/provision/contract.js';
import { DEFAULT_ENGINE, type KeyPair, type OptionValues } from '../../../src/record.js';
import * as replacement from '../../../src/replace/replace.js';
import * as archives from '../../../src/store/archive.js';
import { openClusters } from '../../../src/store/clusters.js';
import { openStore } from '../../../src/store/disk.js';
import { freePort } from '../../helpers/engine.js';
import { testFolder } from '../../helpers/folder.js';
import { recordingReporter } from '../../helpers/reporter.js';
import { Engines } from './engines.js';
import { Provider } from './provider.js';

/** A program with a real store and real certificates, whose hosts and provider are stand-ins. */
export interface World extends AsyncDisposable {
  readonly program: Program;
  readonly provider: Provider;
  readonly engines: Engines;
  readonly spec: AnyDriverSpec;
  /** What the program told. */
  readonly lines: string[];
  readonly interrupt: AbortController;
  readonly dockerFolder: string;
  /** The port that engines of this world have. */
  readonly enginePort: number;
  /** Secrets of the driver that the environment holds. */
  environment: Readonly<Record<string, string>>;
  /** What provisioning was asked for, in order. */
  readonly wanted: Wanted[];
  /** Version of an engine that is on the hosts already. */
  foundEngine?: string;
  /** Runs at the begin of each provisioning. */
  duringProvision: (name: string) => Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  wish(name: string, options?: OptionValues, secrets?: Readonly<Record<string, string>>): CreateRequest;
}

export const NOW = new Date();

export async function testWorld(): Promise<World> {
  const folder = testFolder();
  const provider = new Provider();
  const engines = new Engines();
  const report = recordingReporter();
  const interrupt = new AbortController();
  const dockerFolder = join(folder.path, 'docker');
  const findDriver: Program['findDriver'] = (name) => (name === 'fake' ? provider.spec : undefined);
  const certificateMaker = fewerKeys();
  const world: World = {
    program: {
      store: openStore(join(folder.path, 'store'), { find: findDriver }),
      clusters: clustersOf(openClusters(join(folder.path, 'store')), () => import('../../../src/swarm/record.js')),
      report,
      signal: interrupt.signal,
      now: () => NOW,
      environment: {},
      pace: paces(),
      organization: () => 'ada',
      cacheFolder: join(folder.path, 'cache'),
      dockerFolder,
      sshWithinMs: 1_000,
      findDriver,
      environmentSecrets: () => world.environment,
      connect: async ({ target }) => fakeHost(target),
      certificates: async () => certificateMaker,
      keys: async () => ({ generateKeyPair }),
      archives: async () => archives,
      replacement: async () => replacement,
      readUserFile: async () => undefined,
      provision: (...call) => provision(...call),
      runTool: () => Promise.reject(new Error('no other programs in this test')),
      loadSsh: () => Promise.resolve(),
      startTunnel: () => Promise.reject(new Error('no tunnel in this test')),
      withTemporaryFolder: () => Promise.reject(new Error('no temporary folder in this test')),
    },
    provider,
    engines,
    spec: provider.spec,
    lines: report.lines,
    interrupt,
    dockerFolder,
    enginePort: await freePort(),
    environment: {},
    duringProvision: async () => {},
    wanted: [],
    wish: (name, options = {}, secrets = {}) => ({
      machine: planMachine({
        name: parseName(name),
        spec: provider.spec,
        options: { size: 'small', 'engine-port': world.enginePort, ...options },
        engine: DEFAULT_ENGINE,
        tlsSans: [],
        now: NOW,
      }),
      secrets,
    }),
    async [Symbol.asyncDispose]() {
      await engines[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
  /** What provisioning ends in: an engine with the certificates it was given. */
  const provision: Provision = async (host, wanted, { machineName }) => {
    await world.duringProvision(machineName);
    const engine = world.foundEngine === undefined ? {} : { version: world.foundEngine };
    const facts = { addresses: [host.target.host], hostname: machineName, engine } as unknown as Facts;
    world.wanted.push(wanted);
    await engines.run(host.target.host, wanted.enginePort, await wanted.certificates(facts));
    return { facts, steps: ['Starting the engine'] };
  };
  return world;
}

/** Of a host only the address counts here; whatever else is asked of it fails the test. */
function fakeHost(target: Host['target']): Host {
  const refuse = (): never => {
    throw new Error('this host only has an address');
  };
  return {
    target,
    exchanges: 1,
    run: refuse,
    deliver: refuse,
    runScript: refuse,
    read: refuse,
    write: refuse,
    upload: refuse,
    download: refuse,
    shell: refuse,
    forward: refuse,
    dial: refuse,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Real certificates, but worlds of one test file share theirs where they would be alike: keys of RSA take their time. */
function fewerKeys(): Certificates {
  let issued = 0;
  const once = (key: string, make: () => Promise<KeyPair>): Promise<KeyPair> => {
    const pair = shared.get(key) ?? make();
    shared.set(key, pair);
    return pair;
  };
  return {
    ...certificates,
    createAuthority: (...call) => once('authority', () => certificates.createAuthority(...call)),
    issueClient: (...call) => once('client', () => certificates.issueClient(...call)),
    createKey: () => (sharedKey ??= certificates.createKey()),
    issueServer: (authority, wish) =>
      once(`${(issued += 1)} ${wish.names.join(' ')} ${wish.validity.from.toISOString()}`, () =>
        certificates.issueServer(authority, wish),
      ),
  };
}
const shared = new Map<string, Promise<KeyPair>>();
let sharedKey: Promise<string> | undefined;
