import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { archiveStream, systemArchive } from '../../src/replace/archive.js';
import type { ServerFacts } from '../../src/replace/contract.js';
import { planReplacement } from '../../src/replace/plan.js';
import { firstProcess, probeScript, replaceSystem } from '../../src/replace/replace.js';
import { sandbox, type Sandbox } from '../provision/support/sandbox.js';
import { hasShellcheck, objections, SHELLS } from '../provision/support/shells.js';
import { recordingReporter } from '../helpers/reporter.js';
import { textOf } from '../provision/support/golden.js';
import { notedHost } from './support/host.js';
import { FIXED, SERVER, smallImage, wishOf } from './support/server.js';

/** A server's files, and the scripts that it is sent. */
interface Scene extends Disposable {
  readonly box: Sandbox;
  /** Runs load.sh below the sandbox's root; its lines. */
  load(): readonly string[];
  /** A file that the new system gets. */
  kept(path: string): string | undefined;
}

const PLACE = '/run/berth-install';

async function scene(changes: Partial<ServerFacts> = {}, enginePort = 2_376): Promise<Scene> {
  const box = sandbox();
  const facts = { ...SERVER, ...changes };
  const image = smallImage(join(box.root, 'images'));
  const noted = notedHost({ printed: { 'load.sh': 'loaded=1' } });
  const plan = planReplacement(facts, wishOf({ image, enginePort }));
  await replaceSystem(noted.host, plan, { report: recordingReporter(), signal: new AbortController().signal });
  box.tools('find', 'readlink', 'touch', 'rmdir');
  for (const name of ['mount', 'umount', 'modprobe']) box.fake(name);
  // What the archive is made of is looked at before it is packed.
  box.fake('chroot', `case "$*" in *busybox*) cp -r "${box.root}${PLACE}/seed" "${box.root}/kept" ;; esac`);
  box.file(`${PLACE}/.keep`, '');
  writeFileSync(join(box.root, PLACE, 'system.cpio'), await buffer(archiveStream(systemArchive(image), 0)));
  furnish(box);
  box.deliver(noted.delivered);
  const text = textOf(noted.delivered.find(({ path }) => path === 'load.sh') ?? { content: '' });
  const below = (script: string): string =>
    script.replace(/(?<=[\s"=(])\/(?=(?:etc|run|sys|proc|dev)\/)/gm, `${box.root}/`);
  return {
    box,
    load: () => box.run(below(text), { isRooted: true }).lines,
    kept: (path) => box.read(`/kept/install/${path}`),
    [Symbol.dispose]: () => box[Symbol.dispose](),
  };
}

/** The server's own keys, its devices, and the system that has arrived, as if it were mounted. */
function furnish(box: Sandbox): void {
  box.file('/etc/ssh/ssh_host_ed25519_key', 'ed25519\n', 0o600);
  box.file('/etc/ssh/ssh_host_ed25519_key.pub', 'ssh-ed25519 AAAA\n');
  box.file('/etc/ssh/ssh_host_rsa_key', 'rsa\n', 0o600);
  box.file('/etc/ssh/ssh_host_rsa_key.pub', 'ssh-rsa AAAA\n');
  const tree = `${PLACE}/root`;
  box.file(`${tree}/etc/passwd`, 'root:x:0:0::/root:/bin/sh\ndocker:x:1000:1000::/home/docker:/bin/sh\n');
  box.file(`${tree}/etc/shadow`, 'root:*:::::::\n');
  box.file(`${tree}/etc/group`, 'root:x:0:\ndocker:x:1000:docker\n');
  box.file(`${tree}/etc/sudoers`, 'root ALL=(ALL:ALL) ALL\n');
  box.file(`${tree}/etc/berth/firewall`, '2376/tcp\n');
  box.file(`${tree}/etc/ssh/sshd_config`, 'HostKey /etc/ssh/ssh_host_ed25519_key\n');
  const modules = `${tree}/usr/lib/modules/6.1.0-9-cloud-amd64`;
  box.file(`${modules}/modules.alias`, '# Aliases\nalias virtio:d00000002v* virtio_blk\n');
  box.file(`${modules}/modules.builtin`, 'kernel/drivers/nvme/host/nvme.ko\n');
}

/** A device with a driver, where the disk of the server hangs. */
function disk(box: Sandbox, driver: string, alias: string): void {
  box.file('/sys/block/vda/device/driver/.keep', '');
  box.file('/sys/block/vda/device/modalias', `${alias}\n`);
  // As a link, the driver's folder has the driver's name.
  spawnSync('sh', [
    '-c',
    'cd "$1" && rm -r driver && mkdir -p "$2" && ln -s "$2" driver',
    'sh',
    ...[join(box.root, '/sys/block/vda/device'), join(box.root, '/sys/bus/drivers', driver)],
  ]);
}

describe('what is sent to a server whose system is replaced', () => {
  it('loads its kernel with all that is kept: keys, names, the network', async () => {
    using own = await scene({ network: FIXED });

    const lines = own.load();

    expect(lines).toEqual(['loaded=1']);
    expect(own.kept('system/seed/authorized_keys')).toBe(SERVER.authorizedKeys);
    expect(own.kept('system/seed/ssh_host_ed25519_key')).toBe('ed25519\n');
    expect(own.kept('system/seed/hostname')).toBe('rented');
    expect(own.kept('system/seed/network')).toBe(
      '52:54:00:12:34:56=192.0.2.7/24,192.0.2.1,192.0.2.53\n52:54:00:12:34:56=2001:db8::7/64,fe80::1,192.0.2.53\n',
    );
    expect(own.kept('data/etc/upper/ssh/ssh_host_rsa_key')).toBe('rsa\n');
    expect(own.kept('data/etc/upper/ssh/sshd_config')?.replaceAll(own.box.root, '')).toBe(
      'HostKey /etc/ssh/ssh_host_ed25519_key\nHostKey /etc/ssh/ssh_host_rsa_key\n',
    );
    expect(own.kept('data/etc/upper/passwd')).toBeUndefined();
    const [, ...kexec] = own.box.calls('chroot').at(-1) ?? [];
    expect(kexec.slice(1)).toEqual([
      ...['/sbin/kexec', '-s', '-l', '/mnt/kernel', '--initrd=/mnt/system.cpio'],
      '--command-line=console=tty0 console=ttyS0,115200 panic=5 loglevel=4 rdinit=/install/init',
    ]);
  });

  it('keeps the user who logs in and the port of sshd, and opens the one of the engine', async () => {
    using own = await scene({ user: 'ada', sshPort: 2_222 }, 12_376);

    own.load();

    expect(own.kept('data/etc/upper/passwd')).toMatch(/^ada:x:1001:1001::\/home\/ada:\/bin\/sh$/m);
    expect(own.kept('data/etc/upper/group')).toBe('root:x:0:\ndocker:x:1000:docker,ada\nada:x:1001:\n');
    expect(own.kept('data/etc/upper/sudoers')).toBe('root ALL=(ALL:ALL) ALL\nada ALL=(ALL:ALL) NOPASSWD: ALL\n');
    expect(own.kept('data/home/ada/.ssh/authorized_keys')).toBe(SERVER.authorizedKeys);
    expect(own.kept('data/etc/upper/ssh/sshd_config')).toMatch(/^Port 22\nPort 2222$/m);
    expect(own.kept('data/etc/upper/berth/firewall')).toBe('2376/tcp\n2222/tcp\n12376/tcp\n');
  });

  it('appends to the archive what comes with it, for one initramfs', async () => {
    using own = await scene();

    own.load();

    expect(own.box.read(`${PLACE}/system.cpio`)).toMatch(/initramfs\n$/);
    expect(existsSync(join(own.box.root, PLACE, 'seed'))).toBe(false);
  });

  it.each([
    { driver: 'virtio_blk', alias: 'virtio:d00000002v00001AF4', lines: ['loaded=1'] },
    { driver: 'nvme', alias: 'pci:v0000144D', lines: ['loaded=1'] },
    { driver: 'megaraid_sas', alias: 'pci:v00001000', lines: ['fault=driver megaraid_sas'] },
  ])('looks whether the new kernel knows the disk: $driver', async ({ driver, alias, lines }) => {
    using own = await scene();
    disk(own.box, driver, alias);

    expect(own.load()).toEqual(lines);
  });

  it('refuses what arrived damaged, before it is opened', async () => {
    using own = await scene();
    writeFileSync(join(own.box.root, PLACE, 'system.cpio'), 'damaged');

    expect(own.load()).toEqual(['fault=sum']);
    expect(own.box.calls('mount')).toEqual([]);
  });

  it('says what kexec said first when the kernel takes no other one', async () => {
    using own = await scene();
    own.box.fake(
      'chroot',
      'case "$*" in *" -s "*) echo Operation not permitted >&2; exit 1 ;; *kexec*) exit 1 ;; esac',
    );

    expect(own.load()).toEqual(['fault=kexec Operation not permitted']);
  });
});

describe('the scripts of a replacement', () => {
  const { network } = SERVER;
  const plan = planReplacement({ ...SERVER, network }, wishOf());
  const texts: readonly (readonly [string, string])[] = [
    ['probe', probeScript()],
    ['init', firstProcess(plan)],
  ];

  it.each(SHELLS.flatMap(({ name, shell }) => texts.map(([title, text]) => ({ name, shell, title, text }))))(
    'are understood by $name: $title',
    ({ shell, text }) => {
      expect(objections([...shell, '-n'], text)).toBe('');
    },
  );

  (hasShellcheck ? it : it.skip).each(texts)('give shellcheck nothing to say: %s', (_title, text) => {
    expect(objections(['shellcheck', '-s', 'sh', '-e', 'SC2034,SC2015', '-'], text)).toBe('');
  });

  it('fit into a command line of a small sshd', () => {
    // As src/host/deliver.ts sends it: without comments, and backslashes as octal numbers.
    const sent = probeScript()
      .replaceAll(/^ *#.*\n/gm, '')
      .replaceAll('\\', '\\0134');

    expect(sent.length).toBeLessThan(8_000);
  });

  it.each([
    { title: 'DHCP', facts: SERVER, lines: ['address=dhcp', 'gateway=192.0.2.1'] },
    {
      title: 'a fixed address',
      facts: { ...SERVER, network: FIXED },
      lines: ['address=192.0.2.7/24', 'gateway=192.0.2.1'],
    },
    {
      title: 'IPv6 alone, which is not asked',
      facts: { ...SERVER, network: { ...FIXED, ipv4: { addresses: [] } } },
      lines: ["address=''", "gateway=''"],
    },
  ])('see that the network answers before the disk is written: $title', ({ facts, lines }) => {
    const text = firstProcess(planReplacement(facts, wishOf()));

    expect(text.split('\n').filter((line) => /^(address|gateway)=/.test(line))).toEqual(lines);
    expect(text.lastIndexOf('network_answers')).toBeLessThan(text.lastIndexOf('\nwrite_disk'));
  });
});
