import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/none/driver.js';
import { none } from '../../../drivers/none/index.js';
import { failureOf, told } from '../../helpers/failure.js';
import { driverContract, newHost, testContext } from '../contract.js';

const URL = 'tcp://192.0.2.7:2376';
const host = (url: string): Parameters<typeof driver.check>[0] => ({ ...newHost({}), options: { url } });

driverContract(none, async () => ({ options: { url: URL }, [Symbol.asyncDispose]: async () => {} }));

describe('an engine at a URL', () => {
  it.each(['tcp://192.0.2.7:2376', 'tcp://[2001:db8::7]:2376', 'https://engine.example'])('can be %s', async (url) => {
    await expect(driver.check(host(url), testContext())).resolves.toBeUndefined();
  });

  it.each(['', '192.0.2.7', 'tcp://', 'not a url'])('cannot be "%s"', async (url) => {
    const failure = await failureOf(driver.check(host(url), testContext()));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `option --url wants a URL such as tcp://192.0.2.7:2376, got "${url}"`,
      exitCode: 2,
    });
  });

  it('always runs, at host and port as docker-machine has them', async () => {
    const resource = { url: URL };

    expect(await driver.state(resource, testContext())).toBe('running');
    expect((await driver.target(resource, testContext())).host).toBe('192.0.2.7:2376');
  });

  it.each([
    ['start', 'started'],
    ['stop', 'stopped'],
    ['kill', 'killed'],
  ] as const)('refuses to %s', async (verb, participle) => {
    const failure = await failureOf(Promise.resolve(driver[verb]({ url: URL }, testContext())));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: `hosts without a driver cannot be ${participle}`,
      exitCode: 2,
    });
  });

  it('comes back from a record of docker-machine', () => {
    expect(none.fromStored({ URL })).toEqual({ options: { url: URL }, resource: { url: URL } });
  });
});
