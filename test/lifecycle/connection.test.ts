import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  addressOf,
  clientEnvironment,
  clientOptions,
  noProxyVariable,
  UNSET_ENVIRONMENT,
  urlOf,
} from '../../src/lifecycle/connection.js';
import type { Machine } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const FOLDER = '/store/machines/web-1';
let world: World;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const machine = (changes: Partial<Machine> = {}): Machine => ({
  ...world.wish('web-1').machine,
  address: '192.0.2.7',
  enginePort: 2376,
  phase: 'ready',
  ...changes,
});

describe('the environment of a client', () => {
  it('has the variables of docker-machine in its order', () => {
    expect(clientEnvironment(machine(), FOLDER, 'linux')).toEqual([
      ['DOCKER_TLS_VERIFY', '1'],
      ['DOCKER_HOST', 'tcp://192.0.2.7:2376'],
      ['DOCKER_CERT_PATH', FOLDER],
      ['DOCKER_MACHINE_NAME', 'web-1'],
    ]);
  });

  it('has one more on Windows', () => {
    expect(clientEnvironment(machine(), FOLDER, 'win32').at(-1)).toEqual(['COMPOSE_CONVERT_WINDOWS_PATHS', 'true']);
  });

  it('takes certificates back for a machine that is reached over SSH', () => {
    expect(clientEnvironment(machine({ transport: { kind: 'ssh' } }), FOLDER, 'linux')).toEqual([
      ['DOCKER_TLS_VERIFY', undefined],
      ['DOCKER_HOST', 'ssh://root@192.0.2.7'],
      ['DOCKER_CERT_PATH', undefined],
      ['DOCKER_MACHINE_NAME', 'web-1'],
    ]);
  });

  it('is unset in the same order', () => {
    expect(UNSET_ENVIRONMENT.map(([name]) => name)).toEqual(
      clientEnvironment(machine(), FOLDER, 'linux').map(([name]) => name),
    );
  });

  it.each([
    { title: 'fresh', before: {}, variable: ['NO_PROXY', '192.0.2.7'] },
    { title: 'behind others', before: { NO_PROXY: 'a,b' }, variable: ['NO_PROXY', 'a,b,192.0.2.7'] },
    { title: 'once', before: { NO_PROXY: '192.0.2.7,b' }, variable: ['NO_PROXY', '192.0.2.7,b'] },
    {
      title: 'beside a longer one',
      before: { NO_PROXY: '192.0.2.70' },
      variable: ['NO_PROXY', '192.0.2.70,192.0.2.7'],
    },
    { title: 'in small letters', before: { no_proxy: 'a', NO_PROXY: 'b' }, variable: ['no_proxy', 'a,192.0.2.7'] },
    { title: 'without empty items', before: { NO_PROXY: ',a,,' }, variable: ['NO_PROXY', 'a,192.0.2.7'] },
  ])('names the machine to go to without a proxy: $title', ({ before, variable }) => {
    expect(noProxyVariable(machine(), before)).toEqual(variable);
  });

  it.each([
    { url: 'tcp://192.0.2.7:2376', host: '192.0.2.7' },
    { url: 'tcp://[2001:db8::7]:2376', host: '2001:db8::7' },
  ])('names the engine at $url to go to without a proxy by its host alone', ({ url, host }) => {
    const atUrl = machine({ transport: { kind: 'url', url }, address: new URL(url).host });

    expect(noProxyVariable(atUrl, {})).toEqual(['NO_PROXY', host]);
  });
});

describe('the options of a client', () => {
  it('are those of docker-machine', () => {
    expect(clientOptions(machine(), FOLDER)).toEqual([
      '--tlsverify',
      '--tlscacert="/store/machines/web-1/ca.pem"',
      '--tlscert="/store/machines/web-1/cert.pem"',
      '--tlskey="/store/machines/web-1/key.pem"',
      '-H=tcp://192.0.2.7:2376',
    ]);
  });

  it('are an address alone where the machine is reached over SSH', () => {
    const adopted = machine({ transport: { kind: 'ssh' }, ssh: { user: 'ada', port: 2222 } });

    expect(clientOptions(adopted, FOLDER)).toEqual(['-H=ssh://ada@192.0.2.7:2222']);
  });
});

describe('the address of a machine', () => {
  it('stands in brackets in URLs when it is of IPv6', () => {
    const one = machine({ address: '2001:db8::7' });

    expect([urlOf(one), addressOf(one)]).toEqual(['tcp://[2001:db8::7]:2376', '2001:db8::7']);
  });

  it('is host and port of an engine at a URL, as docker-machine has it', () => {
    const none = machine({ address: '', transport: { kind: 'url', url: 'tcp://192.0.2.9:2377' } });

    expect([urlOf(none), addressOf(none)]).toEqual(['tcp://192.0.2.9:2377', '192.0.2.9:2377']);
  });

  it.each([
    { what: 'env', ask: (one: Machine) => clientEnvironment(one, FOLDER, 'linux') },
    { what: 'config', ask: (one: Machine) => clientOptions(one, FOLDER) },
    { what: 'url', ask: urlOf },
    { what: 'ip', ask: addressOf },
  ])('is missing for $what while the machine is unfinished', async ({ ask }) => {
    const failure = await failureOf(() => ask(machine({ address: '', phase: 'planned' })));

    expect(told(failure)).toEqual({
      code: 'MachineNotRunning',
      message: 'machine "web-1" has no address: it was never finished',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual([
      'Run create again with the arguments of the first time, to finish it',
      'berth rm web-1',
    ]);
  });
});
