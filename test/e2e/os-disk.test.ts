import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Berth, sh } from './support/berth.js';
import { DiskGuest, UEFI } from './support/disk-guest.js';
import { lacking } from './support/needs.js';
import { IMAGE_PROGRAMS, provideImage } from './support/os-image.js';

const MINUTES = 60_000;
/** Of the disk that the system finds itself on, in bytes: three times what was written. */
const DISK = 3 * 1024 ** 3;

const isSlow = Boolean(process.env['BERTH_E2E_SLOW']);
const NEEDED = { 'qemu-system-x86_64': 'qemu-system-x86', ssh: 'openssh-client', sfdisk: 'fdisk', ...IMAGE_PROGRAMS };
const reason = lacking(NEEDED) ?? (existsSync(UEFI) ? '' : 'this Debian package is missing: ovmf');
const lacks = reason || (isSlow ? '' : 'two builds of the OS, which BERTH_E2E_SLOW=1 runs');
if (lacks !== '') process.stderr.write(`skipped: a disk of the OS: ${lacks}\n`);
const slowly = isSlow ? it : it.skip;

(reason === '' ? describe : describe.skip)('a disk of the OS', () => {
  const berth = new Berth();
  const { home } = berth;
  const disk = join(home, 'disk.img');
  const images = join(home, '.cache/berth/os');

  afterAll(() => berth[Symbol.dispose]());

  it(
    'boots by BIOS, with its keys and its name, and takes all of a disk that is larger',
    async () => {
      for (const key of ['login', 'host'])
        await sh('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(home, key));
      await berth.ok(
        ...['os', 'disk', await provideImage(berth), disk, '--hostname', 'disk-1'],
        ...['--authorized-keys', join(home, 'login.pub'), '--host-key', join(home, 'host')],
      );
      truncateSync(disk, DISK);
      await using guest = await DiskGuest.start({ folder: home, disk, firmware: 'bios' });

      const said = await guest.first('hostname; . /etc/os-release; echo $ID; ls /sys/firmware', 4 * MINUTES);
      const data = await guest.run('echo here >mark && df -m /var | tail -n 1');
      await guest.powerOff();

      expect(said.split('\n').slice(0, 2)).toEqual(['disk-1', 'berth']);
      expect(said.split('\n')).not.toContain('efi');
      expect(megabytes(data.stdout)).toBeGreaterThan(2_300);
      expect((await sh('sfdisk', '--verify', disk)).split('\n')).toContain('No errors detected.');
    },
    15 * MINUTES,
  );

  it(
    'boots again, by UEFI, with what it had',
    async () => {
      await using guest = await DiskGuest.start({ folder: home, disk, firmware: 'uefi' });

      const said = await guest.first('cat mark; hostname; ls /sys/firmware/efi | grep -c vars', 6 * MINUTES);
      const seeds = await guest.run('ls /media/boot/berth/seed');

      expect(said).toBe('here\ndisk-1\n1\n');
      // What was seeded is root's alone.
      expect(seeds.code).not.toBe(0);
    },
    8 * MINUTES,
  );

  slowly(
    'has the same bytes in every build of the same packages',
    async () => {
      const builds = [];
      for (let build = 0; build < 2; build++) {
        await berth.ok('os', 'build', '--disk');
        const [name = ''] = readdirSync(images);
        builds.push({ name, manifest: readFileSync(join(images, name, 'manifest.json'), 'utf8') });
        await berth.ok('os', 'rm', name);
      }

      expect(builds[0]).toEqual(builds[1]);
      expect(builds[0]?.manifest).toContain('"disk.img"');
    },
    30 * MINUTES,
  );
});

/** The size in a line of df. */
function megabytes(line: string): number {
  return Number(line.trim().split(/\s+/)[1]);
}
