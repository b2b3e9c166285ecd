import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testHome, type Home } from '../cli/support/berth.js';

let home: Home;
beforeAll(() => {
  home = testHome();
});
afterAll(() => home[Symbol.dispose]());

describe('images of the OS', () => {
  it.each(['info', 'rm'])('are none in a new home, which %s says', async (verb) => {
    const { stdout, exitCode } = await home.berth(['os', verb, 'debian99-frob', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'BadOption', message: 'there is no image of the OS "debian99-frob"' },
    });
    expect(exitCode).toBe(2);
  });
});

describe('changing the OS of a machine', () => {
  it.each([
    [['--os-image', 'a'], 'option --os-image goes with --os'],
    [['--os', '--engine-version', '28'], 'option --engine-version does not go with --os'],
    [['--os', '--packages'], 'option --packages does not go with --os'],
    [['--os', '--reboot'], 'option --reboot does not go with --os'],
  ])('with %j is refused', async (words, message) => {
    const { stdout, exitCode } = await home.berth(['upgrade', '--json', ...words, 'dev']);

    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'BadUsage', message } });
    expect(exitCode).toBe(2);
  });

  it("of a host that is not of berth's OS is refused", async () => {
    await home.berth(['create', '-d', 'none', '--url', 'tcp://127.0.0.1:1', 'web-1']);

    const { stdout } = await home.berth(['upgrade', '--json', '--os', 'web-1']);

    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'NotSupported', message: "the OS of machines of none is not berth's own" },
    });
  });
});

describe('the options of local', () => {
  it('are those of every driver that it may take', async () => {
    const { stdout } = await home.berth(['drivers', 'local', '--json']);

    const { title, options } = JSON.parse(stdout) as { title: string; options: { flag: string }[] };
    const flags = options.map(({ flag }) => flag);
    expect(title).toBe('the one that makes a machine on this computer');
    expect(flags).toEqual(expect.arrayContaining(['--qemu-memory', '--nspawn-memory']));
  });
});
