import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { previewInstallation, type Installation } from '../../src/lifecycle/install-os.js';
import type { Program } from '../../src/lifecycle/program.js';
import { parseName } from '../../src/name.js';
import type { ReplaceTools, ServerFacts } from '../../src/replace/contract.js';
import { describeReplacement, planReplacement } from '../../src/replace/replace.js';
import { failureOf, told } from '../helpers/failure.js';
import { HOST_KEY, imageOf, SERVER } from '../replace/support/server.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
/** What the server says at each look at it, the last again and again: its system and its boot. */
let boots: { os: string; bootId: string }[];
let found: ServerFacts;
let events: string[];
let replacing: () => Promise<void>;
beforeEach(async () => {
  world = await testWorld();
  boots = [{ os: 'berth', bootId: 'new' }];
  found = SERVER;
  events = [];
  replacing = async () => {};
});
afterEach(() => world[Symbol.asyncDispose]());

const tools: ReplaceTools = {
  imageFor: async () => imageOf(),
  lookAtServer: async () => found,
  planReplacement,
  describeReplacement,
  replaceSystem: async (_host, { disk }) => {
    events.push(`replace ${disk.name}`);
    await replacing();
  },
};

/** A server that somebody has, whose host key was taken at the first login. */
function serverProgram(): { program: Program; spec: AnyDriverSpec } {
  const { program: base } = world;
  const spec = { ...world.spec, features: { ...world.spec.features, plantsKeys: false } };
  const connect: Program['connect'] = async (request) => ({
    ...(await base.connect(request)),
    run: async () => {
      const { os, bootId } = (boots.length > 1 ? boots.shift() : boots[0]) ?? { os: '', bootId: '' };
      events.push(`look ${os}`);
      return { stdout: `${os}\n${bootId}\n`, stderr: '' };
    },
  });
  const program: Program = {
    ...{ ...base, connect, replacement: async () => tools },
    findDriver: (name) => (name === 'fake' ? spec : undefined),
    store: {
      ...base.store,
      readFile: async (name, file) => (file === 'known_hosts' ? KNOWN : base.store.readFile(name, file)),
    },
    withTemporaryFolder: (work) => work('/tmp/somewhere'),
    readUserFile: async () => KNOWN,
  };
  return { program, spec };
}
const KNOWN = `127.0.0.1 ssh-ed25519 ${HOST_KEY}\n`;

function create(confirm: (installation: Installation) => Promise<void> = async () => {}): Promise<unknown> {
  const { program, spec } = serverProgram();
  return createMachine({ ...world.wish('web-1'), install: { confirm } }, spec, program);
}

describe('a create that replaces the system', () => {
  it('asks, replaces, waits for the new system, and provisions that', async () => {
    boots = [
      { os: 'debian', bootId: SERVER.bootId },
      { os: 'berth', bootId: 'new' },
    ];
    const heard: string[] = [];

    await create(async ({ disk, lines }) => {
      heard.push(disk, lines[0] ?? '');
      expect(events).toEqual([]);
    });

    expect(heard).toEqual([
      '/dev/vda',
      'web-1 gets the OS debian12-amd64-0123456789 in place of Debian GNU/Linux 12 (bookworm).',
    ]);
    expect(events).toEqual(['replace vda', 'look debian', 'look berth']);
    expect(world.wanted).toHaveLength(1);
    expect((await world.program.store.read(WEB)).phase).toBe('ready');
  });

  it('leaves no record of a server whose owner declines', async () => {
    const declined = new MachineError('Cancelled', 'nothing was changed');

    const failure = await failureOf(create(() => Promise.reject(declined)));

    expect(failure.code).toBe('Cancelled');
    expect(events).toEqual([]);
    expect(await world.program.store.exists(WEB)).toBe(false);
  });

  it('leaves no record of a server that cannot be replaced', async () => {
    found = { ...SERVER, container: 'lxc' };

    const failure = await failureOf(create());

    expect(failure.message).toBe('web-1 is a container (lxc): it has no kernel of its own to replace');
    expect(await world.program.store.exists(WEB)).toBe(false);
  });

  it('installs nothing on a server that has the OS already, so that the same create goes on', async () => {
    found = { ...SERVER, os: { ...SERVER.os, id: 'berth' } };

    await create(() => Promise.reject(new Error('nobody is to be asked')));

    expect(events).toEqual([]);
    expect(world.lines).toContain("info: web-1 has berth's OS already: nothing is installed");
    expect(world.wanted).toHaveLength(1);
  });

  it('says so when the server is back on its old system', async () => {
    boots = [{ os: 'debian', bootId: 'another' }];

    const failure = await failureOf(create());

    expect(told(failure)).toEqual({
      ...{ code: 'ProvisionFailed', exitCode: 4 },
      message: 'web-1 has started its old system again: its disk was not written',
    });
    expect(await world.program.store.exists(WEB)).toBe(true);
  });

  it('keeps the record when something fails in between', async () => {
    replacing = () => Promise.reject(new MachineError('HostUnreachable', 'the connection broke'));

    await failureOf(create());

    expect((await world.program.store.read(WEB)).phase).toBe('created');
  });
});

it('a dry run tells all and changes nothing', async () => {
  const { program, spec } = serverProgram();
  const { machine } = world.wish('web-1', { 'ip-address': '127.0.0.1' });

  const { disk, lines } = await previewInstallation(machine, { spec }, program);

  expect(disk).toBe('/dev/vda');
  expect(lines).toContain('Lost for good:');
  expect(events).toEqual([]);
  expect(await world.program.store.exists(WEB)).toBe(false);
});
