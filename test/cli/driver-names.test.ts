import { driverNames } from '../../drivers/index.js';
import { driverNotFound } from '../../src/cli/driver-names.js';
import { errorText } from '../../src/cli/error-text.js';
import { testHome } from './support/berth.js';

const OWN = driverNames.join(', ');

describe('a driver that nobody has', () => {
  it('is asked for as a binary on PATH', () => {
    expect(errorText(driverNotFound('kvm'), '1.0.0')).toBe(`Error: driver "kvm" not found
Code: DriverNotFound
Try this:
  * Put the plugin binary "docker-machine-driver-kvm" on PATH
  * Choose one of local, ${OWN}`);
  });

  it.each([
    ['nspwan', 'nspawn'],
    ['generics', 'generic'],
    ['Generic', 'generic'],
    ['locale', 'local'],
  ])('and is called %s may be meant as %s', (name, meant) => {
    expect(driverNotFound(name).suggestions[0]).toBe(`Use --driver ${meant}`);
  });

  it('is told of in the same way by create and by its help', async () => {
    using home = testHome();

    const created = await home.berth(['create', '-d', 'kvm', 'web-1']);
    const asked = await home.berth(['create', '-d', 'kvm', '--help']);

    expect(created.stderr).toBe(`${errorText(driverNotFound('kvm'), '1.0.0')}\n`);
    expect(asked).toEqual(created);
  });
});
