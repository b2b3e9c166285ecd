import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/nspawn/driver.js';
import type { NspawnMachine } from '../../../drivers/nspawn/index.js';
import { failureOf, told } from '../../helpers/failure.js';
import { newHost, testContext } from '../contract.js';

const OPTIONS = { memory: 0, 'cpu-count': 0, 'disk-size': 20_000, packages: [], subnet: '172.30.111.0/24' };
const gone = {
  machine: 'never-made-01234567',
  hostname: 'never-made',
  subnet: '172.30.111.0/24',
} as unknown as NspawnMachine;

describe('the nspawn driver', () => {
  it('refuses what is no package name before anything is built', async () => {
    const host = { ...newHost({}), options: { ...OPTIONS, packages: ['vim', '--hook=reboot'] } };

    const failure = await failureOf(driver.check(host, testContext()));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'option --nspawn-packages wants a package name, got "--hook=reboot"',
      exitCode: 2,
    });
  });

  it('says that a machine it does not find is gone, and takes its removal for done', async () => {
    expect(await driver.state(gone, testContext() as never)).toBe('gone');
    await expect(driver.remove(gone, testContext() as never)).resolves.toBeUndefined();
  });

  it.each(['../../etc', '', 'a/b', '.', '..'])('never takes "%s" for the name of a folder', async (machine) => {
    const failure = await failureOf(driver.remove({ ...gone, machine }, testContext()));

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: `no machine can be named ${JSON.stringify(machine)}`,
      exitCode: 2,
    });
  });

  it('says that it cannot start a machine without its disk', async () => {
    const failure = await failureOf(driver.start(gone, testContext()));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'the disk of never-made is gone', exitCode: 3 });
  });
});
