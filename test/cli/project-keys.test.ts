import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allDrivers, driverNames } from '../../drivers/index.js';
import { flagName } from '../../src/cli/driver-flags.js';
import { createProgram } from '../../src/cli/program.js';
import { readProject } from '../../src/cli/project-file.js';
import type { AnyDriverSpec, OptionSpec } from '../../src/driver.js';
import { isMachineError } from '../../src/errors.js';
import type { Program } from '../../src/lifecycle/program.js';
import { planProject } from '../../src/lifecycle/project.js';
import { swarmOptionsOf } from '../../src/lifecycle/swarm-membership.js';
import { parseName } from '../../src/name.js';
import { silentReporter } from '../../src/reporter.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';
import { projectSchema } from '../helpers/project-schema.js';

let folder: TestFolder;
let program: Program;
beforeEach(() => {
  folder = testFolder();
  const terminal = { stdinIsTty: false, stdoutIsTty: false, stderrIsTty: false, colour: false, columns: 80 };
  program = createProgram({
    environment: { HOME: folder.path, PATH: '', USER: 'ada' },
    storagePath: join(folder.path, 'store'),
    tls: {},
    report: silentReporter,
    signal: new AbortController().signal,
    terminal,
    sshWithinMs: 1_000,
    script: '',
  });
});
afterEach(() => folder[Symbol.dispose]());

type Section = Readonly<Record<string, unknown>>;

/** What a file means: JSON is YAML. */
async function project(document: object): ReturnType<typeof readProject> {
  const path = join(folder.path, 'berth.yaml');
  writeFileSync(path, JSON.stringify(document));
  return readProject(path, program);
}

/** What the plan says of the file, or why it is refused. */
async function said(document: object): Promise<readonly string[]> {
  try {
    const changes = await planProject(await project(document), program);
    return changes.flatMap((change) => ('differences' in change ? change.differences : [change.kind]));
  } catch (error) {
    if (!isMachineError(error)) throw error;
    const cause = error.cause instanceof Error ? [error.cause.message] : [];
    return ['refused', error.message, ...cause];
  }
}

/** The machine "web" of this section is there, as a create has left it. */
async function made(section: Section): Promise<void> {
  const [machine] = (await project({ machines: { web: section } })).machines;
  if (machine) await program.store.write({ ...machine.request.machine, phase: 'ready', address: '192.0.2.7' });
}

const schema = projectSchema(allDrivers()) as {
  readonly properties: Readonly<
    Record<'machines' | 'clusters', { readonly additionalProperties: { readonly properties: object } }>
  >;
  readonly $defs: Readonly<Record<string, { readonly properties: object }>>;
};
const keysOf = (section: 'machines' | 'clusters'): readonly string[] =>
  Object.keys(schema.properties[section].additionalProperties.properties);

/** Of engines: a value for each key, and what the plan says of it. */
const ENGINE: Readonly<Record<string, readonly [value: unknown, says: string]>> = {
  'engine-opt': [['log-level=debug'], 'engine opts: nothing → log-level=debug'],
  'engine-env': [['A=b'], 'engine env: nothing → A=b'],
  'engine-label': [['rack=7'], 'engine labels: nothing → rack=7'],
  'engine-insecure-registry': [['192.0.2.1:5000'], 'engine insecureRegistries: nothing → 192.0.2.1:5000'],
  'engine-registry-mirror': [['https://m.test'], 'engine registryMirrors: nothing → https://m.test'],
  'engine-storage-driver': ['overlay2', 'engine storageDriver: nothing → overlay2'],
  'engine-install-url': ['https://x.test/i', 'engine installUrl: nothing → https://x.test/i, once it is made anew'],
  'engine-source': ['docker', 'engine source: auto → docker, once it is made anew'],
  'engine-bundle': ['https://x.test/d.tgz', 'engine bundle: nothing → https://x.test/d.tgz'],
  'engine-version': ['28', 'engine version: nothing → 28'],
  'engine-install-at': ['boot', 'engine installAt: nothing → boot, once it is made anew'],
  'engine-allow': [['any'], 'engine allow: nothing → any'],
  'tls-san': [['web.test'], 'tlsSans: nothing → web.test'],
};
const MADE_OTHERWISE = ['refused', 'machine "web" was made otherwise'];

describe('a changed key of a machine', () => {
  const TABLE: Readonly<Record<string, readonly [value: unknown, says: string]>> = {
    ...ENGINE,
    transport: ['ssh', 'transport: tls → ssh'],
  };

  it('is in one of these tests, whatever the schema knows', () => {
    expect([...keysOf('machines')].sort()).toEqual([...Object.keys(TABLE), 'driver', 'count', 'ports'].sort());
  });

  it.each(Object.entries(TABLE))('is in the plan: %s', async (key, [value, says]) => {
    await made({ driver: 'nspawn' });

    const plan = await said({ machines: { web: { driver: 'nspawn', [key]: value } } });

    expect(plan).toContain(says);
  });

  it('is refused where only another machine could be that: driver', async () => {
    await made({ driver: 'nspawn' });

    expect(await said({ machines: { web: { driver: 'qemu' } } })).toEqual([
      ...MADE_OTHERWISE,
      '"driver" is nspawn, the file says qemu',
    ]);
  });

  it('makes other machines, and leaves the one that is there alone: count', async () => {
    await made({ driver: 'nspawn' });

    expect(await said({ machines: { web: { driver: 'nspawn', count: 2 } } })).toEqual(['create', 'create']);
  });

  it('is refused where the provider has no firewall: ports', async () => {
    await made({ driver: 'nspawn' });

    expect(await said({ machines: { web: { driver: 'nspawn', ports: [80] } } })).toEqual([
      'refused',
      'the driver nspawn has no firewall that berth can change',
    ]);
  });

  it('is refused where it says nothing: transport of a URL', async () => {
    const web = { driver: 'none', url: 'tcp://192.0.2.7:2376', transport: 'ssh' };

    expect(await said({ machines: { web } })).toEqual([
      'refused',
      'machine "web": of a machine that is a URL transport says nothing',
    ]);
  });
});

/** Two values of an option, the second another one than its default. */
function valuesOf(option: OptionSpec): readonly [unknown, unknown] {
  switch (option.kind) {
    case 'boolean':
      return [option.default ?? false, !(option.default ?? false)];
    case 'integer': {
      const { min = 1, default: usual = min } = option;
      return [usual, usual + 1];
    }
    case 'list':
      return [[], ['a-1']];
    case 'string': {
      const [one = option.default ?? 'a-1', two = 'b-2'] = option.choices ?? [];
      return one === (option.default ?? one) ? [one, two] : [option.default, one];
    }
  }
}

const OPTIONS = allDrivers().flatMap((spec) =>
  Object.entries(spec.options).flatMap(([key, option]) =>
    option.kind === 'string' && option.secret ? [] : [{ spec, key, option, name: flagName(spec, key) }],
  ),
);
const required = ({ options }: AnyDriverSpec): Section =>
  Object.fromEntries(
    Object.entries(options).flatMap(([key, option]) =>
      option.kind === 'string' && option.required ? [[key, valuesOf(option)[0]]] : [],
    ),
  );

describe('a changed option of a driver', () => {
  it('is in one of these tests, whatever the schema knows', () => {
    const known = driverNames.flatMap((name) => Object.keys(schema.$defs[name]?.properties ?? {}));
    const tested = OPTIONS.flatMap(({ key, name }) => [key, name]);

    expect([...new Set(known)].sort()).toEqual([...new Set(tested)].sort());
  });

  it.each(OPTIONS)('is refused, since a host is what it was made as: $name', async ({ spec, key, option }) => {
    const [is, shall] = valuesOf(option);
    const base = { driver: spec.name, ...required(spec) };
    await made({ ...base, [key]: is });

    const plan = await said({ machines: { web: { ...base, [key]: shall } } });

    expect(plan.slice(0, 2)).toEqual(MADE_OTHERWISE);
    expect(plan[2]).toContain(`"${key}" is `);
  });
});

describe('a changed key of a cluster', () => {
  const HOST = { driver: 'nspawn', managers: 1, workers: 1 };

  /** The cluster "prod" of this section is there, and a machine "other" that is in none. */
  async function cluster(section: Section): Promise<void> {
    mkdirSync(join(folder.path, 'store'), { recursive: true });
    const [wanted] = (await project({ clusters: { prod: section } })).clusters;
    if (!wanted) throw new Error('the file names no cluster');
    const { wish, machines } = await wanted.wish();
    const swarm = swarmOptionsOf(wish.name, 'worker');
    for (const { request } of machines) await program.store.write({ ...request.machine, swarm, phase: 'ready' });
    const nodes = wish.members.map(({ machine }) => ({ id: `node-of-${machine}`, machine }));
    await program.clusters.write({ ...wish, id: 'swarm-1', nodes });
    const [pattern] = machines;
    if (pattern)
      await program.store.write({ ...pattern.request.machine, name: parseName('other'), id: 'f00d', phase: 'ready' });
  }

  const REFUSED = 'cluster "prod" was made with other settings';
  const TABLE: Readonly<Record<string, readonly [value: unknown, says: string]>> = {
    ...ENGINE,
    driver: ['qemu', '"driver" is nspawn, the file says qemu'],
    managers: [3, 'managers: 1 → 3'],
    workers: [0, 'workers: 1 → 0'],
    manager: ['other', 'other: no member → manager'],
    worker: ['other', 'other: no member → worker'],
    spread: ['memory=512,1024', 'spread: nothing → {"option":"memory","values":["512","1024"]}'],
    label: [['tier=web'], 'label tier: nothing → web'],
    advertise: ['public', REFUSED],
    'address-pool': ['10.99.0.0/16', REFUSED],
    'subnet-size': [20, REFUSED],
    'data-path-port': [5_000, REFUSED],
    encrypted: [true, REFUSED],
    autolock: [true, 'autolock: false → true'],
    'drain-managers': [true, 'drainManagers: false → true'],
    firewall: [false, 'firewall: true → false'],
  };

  it('is in one of these tests, whatever the schema knows', () => {
    expect([...keysOf('clusters')].sort()).toEqual(Object.keys(TABLE).sort());
  });

  it('is none where nothing is changed', async () => {
    await cluster(HOST);

    expect(await said({ clusters: { prod: HOST } })).toEqual([]);
  });

  it.each(Object.entries(TABLE))('is in the plan, or refused: %s', async (key, [value, says]) => {
    await cluster(HOST);

    const plan = await said({ clusters: { prod: { ...HOST, [key]: value } } });

    expect(plan).toContain(says);
  });

  it('is refused where it is an option of the driver', async () => {
    await cluster(HOST);

    expect(await said({ clusters: { prod: { ...HOST, memory: 512 } } })).toEqual([
      'refused',
      expect.stringMatching(/^machine "prod-(manager|worker)-1" was made otherwise$/),
      expect.stringContaining('"memory" is '),
    ]);
  });
});
