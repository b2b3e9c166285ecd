import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/generic/driver.js';
import { generic, type GenericOptions } from '../../../drivers/generic/index.js';
import type { NewHost } from '../../../src/driver.js';
import { freePort, silentServer } from '../../helpers/engine.js';
import { failureOf, told } from '../../helpers/failure.js';
import { driverContract, newHost, testContext } from '../contract.js';

const OPTIONS: GenericOptions = {
  'ip-address': '192.0.2.7',
  'ssh-user': 'ada',
  'ssh-port': 2222,
  'ssh-key': '/home/ada/.ssh/id_ed25519',
  'engine-port': 2377,
};
const host = (options: Partial<GenericOptions>): NewHost<GenericOptions> =>
  newHost({ ...OPTIONS, ...options }) as NewHost<GenericOptions>;

driverContract(generic, async () => ({ options: OPTIONS, [Symbol.asyncDispose]: async () => {} }));

describe('a server reached over SSH', () => {
  it('is taken as the options describe it', async () => {
    const resource = await driver.create(host({}), testContext());

    expect(resource).toEqual({ host: '192.0.2.7', port: 2222, user: 'ada' });
    expect(await driver.target(resource, testContext())).toEqual(resource);
  });

  it.each(['', 'two words', 'ada@192.0.2.7', 'a/b'])('cannot have the address "%s"', async (address) => {
    const failure = await failureOf(driver.check(host({ 'ip-address': address }), testContext()));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `option --generic-ip-address wants an address or a host name, got "${address}"`,
      exitCode: 2,
    });
  });

  it.each(['192.0.2.7', '2001:db8::7', 'server.example', 'my-alias'])('can have the address %s', async (address) => {
    await expect(driver.check(host({ 'ip-address': address }), testContext())).resolves.toBeUndefined();
  });

  it('runs while its sshd can be reached', async () => {
    await using server = await silentServer();

    expect(await driver.state({ host: server.host, port: server.port, user: 'root' }, testContext())).toBe('running');
  });

  it('is stopped where nobody listens', async () => {
    const resource = { host: '127.0.0.1', port: await freePort(), user: 'root' };

    expect(await driver.state(resource, testContext())).toBe('stopped');
  });

  it('is unknown when the question is given up', async () => {
    const resource = { host: '192.0.2.1', port: 22, user: 'root' };

    expect(await driver.state(resource, testContext({}, AbortSignal.abort()))).toBe('unknown');
  });

  it.each(['start', 'stop', 'kill'] as const)('cannot be told to %s', async (verb) => {
    const resource = { host: '192.0.2.7', port: 22, user: 'root' };

    const failure = await failureOf(Promise.resolve(driver[verb](resource, testContext())));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: `the generic driver cannot ${verb} a server`,
      exitCode: 2,
    });
  });
});

describe('a record of docker-machine', () => {
  it('is understood', () => {
    const stored = {
      IPAddress: '192.0.2.7',
      SSHUser: 'ada',
      SSHPort: 2222,
      SSHKey: '/home/ada/.ssh/id_ed25519',
      EnginePort: 2377,
    };

    expect(generic.fromStored(stored)).toEqual({
      options: OPTIONS,
      resource: { host: '192.0.2.7', port: 2222, user: 'ada' },
    });
  });

  it('that lacks everything gets the defaults', () => {
    expect(generic.fromStored({})).toEqual({
      options: { 'ip-address': '', 'ssh-user': 'root', 'ssh-port': 22, 'engine-port': 2376 },
    });
  });
});
