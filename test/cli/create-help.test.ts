import { allDrivers } from '../../drivers/index.js';
import { flagName } from '../../src/cli/driver-flags.js';
import { testHome } from './support/berth.js';

const OWN_FLAGS = allDrivers().flatMap((spec) => Object.keys(spec.options).map((key) => `--${flagName(spec, key)}`));

describe('help of create', () => {
  it('without a driver names the drivers, and shows options of none', async () => {
    using home = testHome();

    const { stdout, stderr, exitCode } = await home.berth(['create', '--help']);

    expect(OWN_FLAGS.filter((flag) => stdout.split('EXAMPLES')[0]?.includes(flag))).toEqual([]);
    expect(stdout).toContain('The options of a driver: berth create -d DRIVER --help\n');
    for (const { name, title } of allDrivers()) expect(stdout).toMatch(new RegExp(`^ +${name} +${title}$`, 'm'));
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it.each([
    ['-d', 'generic', '--help'],
    ['--help', '-driver=generic'],
    ['web-1', '-h', '--driver', 'generic'],
  ])('with the words %s %s %s shows the options of generic alone', async (...words) => {
    using home = testHome();

    const { stdout, exitCode } = await home.berth(['create', ...words]);

    const shown = OWN_FLAGS.filter((flag) => new RegExp(`^ +${flag}[= ]`, 'm').test(stdout));
    expect(shown).toEqual(OWN_FLAGS.filter((flag) => flag.startsWith('--generic-')));
    expect(stdout).toContain('[default: root, env: GENERIC_SSH_USER] user to');
    expect(stdout).toContain('The options of another driver: berth create -d DRIVER --help\n');
    expect(exitCode).toBe(0);
  });

  it('looks for the driver in the environment, and shows of local what any computer may take', async () => {
    using home = testHome();

    const ofNone = await home.berth(['create', '--help'], { env: { MACHINE_DRIVER: 'none' } });
    const ofLocal = await home.berth(['create', '-d', 'local', '--help']);

    expect(ofNone.stdout).toContain('  --url=<value>  URL of the engine');
    expect(ofLocal.stdout).toContain('--nspawn-memory=<n>');
    expect(ofLocal.stdout).toContain('--qemu-memory=<n>');
  });

  it('refuses a driver that does not exist', async () => {
    using home = testHome();

    const { stdout, stderr, exitCode } = await home.berth(['create', '-d', 'bogus', '--help']);

    expect(stdout).toBe('');
    expect(stderr).toContain('Error: driver "bogus" not found\nCode: DriverNotFound\n');
    expect(exitCode).toBe(2);
  });

  it('speaks of the name that the program was called by', async () => {
    using home = testHome();

    const { stdout } = await home.berth(['create', '-h'], { calledAs: 'docker-machine' });

    expect(stdout).toContain('The options of a driver: docker-machine create -d DRIVER --help\n');
    expect(stdout).not.toContain('berth create');
  });
});
