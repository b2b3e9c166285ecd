import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ServerFacts } from '../../src/replace/contract.js';
import { parseServerFacts } from '../../src/replace/facts.js';
import { probeScript } from '../../src/replace/replace.js';
import { sandbox, type Sandbox } from '../provision/support/sandbox.js';
import { SHELLS, type Shell } from '../provision/support/shells.js';

/** A virtual server of systemd with one disk and one card, and root on it. */
function server(): Sandbox {
  const box = sandbox();
  box.tools('readlink', 'tee');
  box.fake('id', 'case "$1" in -u) echo 0 ;; *) echo root ;; esac');
  box.fake('uname', 'case "$1" in -m) echo x86_64 ;; *) echo rented ;; esac');
  box.fake('modprobe', 'exit 0');
  box.fake('df', 'echo Filesystem; echo /dev/vda1 40000000 1572864 20480000 40% "$2"');
  box.fake('ip', IP);
  box.fake('sshd', 'exit 1');
  box.file('/etc/os-release', 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian 12"\n');
  box.file('/etc/passwd', `root:x:0:0:root:${'/root'}:/bin/bash\n`);
  box.file('/root/.ssh/authorized_keys', 'ssh-ed25519 AAAAlogin ada');
  box.file('/etc/ssh/ssh_host_ed25519_key', 'SECRET', 0o600);
  box.file('/etc/ssh/ssh_host_ed25519_key.pub', 'ssh-ed25519 AAAAhost root@rented\n');
  box.file('/etc/resolv.conf', 'nameserver 127.0.0.53\nnameserver 192.0.2.53\n');
  box.file('/proc/meminfo', 'MemTotal:  1024000 kB\nMemAvailable:  819200 kB\n');
  box.file('/proc/cmdline', 'root=/dev/vda1 console=ttyS0\n');
  box.file('/proc/filesystems', 'nodev\tproc\n\tsquashfs\n');
  box.file('/proc/devices', '  7 loop\n');
  box.file('/proc/mounts', '/dev/vda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\n');
  box.file('/proc/self/mountinfo', '22 1 254:1 / / rw shared:1 - ext4 /dev/vda1 rw\n');
  box.file('/proc/sys/kernel/random/boot_id', 'b0071d\n');
  box.file('/proc/sys/kernel/kexec_load_disabled', '0\n');
  box.file('/sys/kernel/kexec_loaded', '0\n');
  box.file('/sys/kernel/security/lockdown', '[none] integrity confidentiality\n');
  addDisk(box, { place: 'pci0000:00/0000:00:04.0/virtio1', name: 'vda' });
  link(box, '/sys/class/block/vda1', '/sys/dev/block/254:1');
  addCard(box);
  return box;
}

const IP = `case "$*" in
  '-4 route show default') echo 'default via 192.0.2.1 dev eth0 proto dhcp' ;;
  '-4 route show default dev eth0') echo 'default via 192.0.2.1 proto dhcp' ;;
  '-o -4 addr show dev eth0 scope global') echo '2: eth0 inet 192.0.2.7/24 brd 192.0.2.255 scope global dynamic eth0' ;;
  '-o -6 addr show dev eth0 scope global') echo '2: eth0 inet6 2001:db8::7/64 scope global' ;;
  '-6 route show default dev eth0') echo 'default via fe80::1 metric 1024' ;;
esac`;

function addDisk(box: Sandbox, { place, name }: { place: string; name: string }): void {
  const folder = `/sys/devices/${place}/block/${name}`;
  box.file(`${folder}/size`, '83886080\n');
  box.file(`${folder}/removable`, '0\n');
  box.file(`${folder}/${name}1/partition`, '1\n');
  box.file(`${folder}/device/model`, 'QEMU HARDDISK   \n');
  link(box, folder, `/sys/block/${name}`);
  link(box, folder, `/sys/class/block/${name}`);
  link(box, `${folder}/${name}1`, `/sys/class/block/${name}1`);
}

function addCard(box: Sandbox): void {
  box.file('/sys/devices/virtio0/driver/.keep', '');
  box.file('/sys/class/net/eth0/address', '52:54:00:12:34:56\n');
  link(box, '/sys/devices/virtio0', '/sys/class/net/eth0/device');
}

function link(box: Sandbox, target: string, path: string): void {
  mkdirSync(dirname(join(box.root, path)), { recursive: true });
  symlinkSync(join(box.root, target), join(box.root, path));
}

function look(box: Sandbox, shell: Shell = ['sh']): ServerFacts | undefined {
  const { lines } = box.run(probeScript(box.root), { shell, isRooted: true });
  return parseServerFacts(`${lines.join('\n')}\n`);
}

const FOUND: ServerFacts = {
  os: { id: 'debian', like: [], version: '12', codename: 'bookworm', title: 'Debian 12' },
  ...{ arch: 'x86_64', hostname: 'rented', bootId: 'b0071d', memoryMib: 1_000, availableMib: 800, firmware: 'BIOS' },
  ...{ hasKexec: true, isKexecDisabled: false, lockdown: 'none', lacks: [] },
  commandLine: 'root=/dev/vda1 console=ttyS0',
  rootDisks: ['vda'],
  disks: [
    {
      ...{ name: 'vda', mib: 40_960, model: 'QEMU HARDDISK' },
      key: '/sys/devices/pci0000:00/0000:00:04.0/virtio,83886080',
    },
  ],
  mounted: [{ disk: 'vda', usedMib: 1_536, path: '/' }],
  network: {
    ...{ link: 'eth0', card: 'eth0', mac: '52:54:00:12:34:56', nameservers: ['192.0.2.53'] },
    ipv4: { addresses: [{ address: '192.0.2.7/24', dynamic: true }], gateway: '192.0.2.1' },
    ipv6: { addresses: [{ address: '2001:db8::7/64', dynamic: false }], gateway: 'fe80::1' },
  },
  authorizedKeys: 'ssh-ed25519 AAAAlogin ada\n',
  hostKeys: ['ssh-ed25519 AAAAhost'],
  ...{ user: 'root', sshPort: 22, containers: 0, volumes: 0 },
};

describe.each(SHELLS)('the look at a server in $name', ({ shell }) => {
  it('tells all that a replacement depends on, and no private key', () => {
    using box = server();

    const { lines } = box.run(probeScript(box.root), { shell, isRooted: true });

    expect(parseServerFacts(`${lines.join('\n')}\n`)).toEqual(FOUND);
    expect(lines.join('\n')).not.toContain(Buffer.from('SECRET').toString('hex'));
    expect(lines.join('\n')).not.toContain('SECRET');
  });

  it('tells of firmware, a locked kernel, and what it lacks', () => {
    using box = server();
    box.file('/sys/firmware/efi/.keep', '');
    box.file('/sys/kernel/security/lockdown', 'none [integrity] confidentiality\n');
    box.file('/proc/sys/kernel/kexec_load_disabled', '1\n');
    box.file('/proc/filesystems', 'nodev\tproc\n');
    box.fake('modprobe', 'exit 1');

    expect(look(box, shell)).toMatchObject({
      ...{ firmware: 'UEFI', lockdown: 'integrity', isKexecDisabled: true, lacks: ['squashfs'] },
    });
  });

  it('tells of a container', () => {
    using box = server();
    box.file('/proc/1/environ', 'PATH=/bin\0container=lxc\0');

    expect(look(box, shell)?.container).toBe('lxc');
  });

  it('finds the card below a bridge', () => {
    using box = server();
    box.fake('ip', IP.replaceAll('dev eth0', 'dev br0'));
    box.file('/sys/class/net/br0/address', '02:00:00:00:00:01\n');
    link(box, '/sys/class/net/eth0', '/sys/class/net/br0/lower_eth0');

    expect(look(box, shell)?.network).toMatchObject({ link: 'br0', card: 'eth0', mac: '52:54:00:12:34:56' });
  });

  it('finds no plain card below a bond', () => {
    using box = server();
    box.fake('ip', IP.replaceAll('dev eth0', 'dev bond0'));
    box.file('/sys/class/net/bond0/bonding/mode', 'active-backup\n');
    link(box, '/sys/class/net/eth0', '/sys/class/net/bond0/lower_eth0');

    const found = look(box, shell)?.network;

    expect([found?.link, found?.card, found?.mac]).toEqual(['bond0', undefined, undefined]);
  });

  it('finds all disks below an array', () => {
    using box = server();
    addDisk(box, { place: 'pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0/2:0:0:0', name: 'sdb' });
    box.file('/proc/self/mountinfo', '22 1 9:0 / / rw - ext4 /dev/md0 rw\n');
    link(box, '/sys/class/block/vda1', '/sys/devices/virtual/block/md0/slaves/vda1');
    link(box, '/sys/class/block/sdb1', '/sys/devices/virtual/block/md0/slaves/sdb1');
    link(box, '/sys/devices/virtual/block/md0', '/sys/dev/block/9:0');

    expect(look(box, shell)?.rootDisks).toEqual(['sdb', 'vda']);
  });

  it('tells why the user cannot become root', () => {
    using box = server();
    box.fake('id', 'case "$1" in -u) echo 1000 ;; *) echo ada ;; esac');
    box.fake('sudo', "echo 'sudo: a password is required' >&2; exit 1");

    expect(look(box, shell)).toMatchObject({ sudoWords: 'sudo: a password is required' });
  });

  it('becomes root where sudo asks no password, and remembers who came by which port', () => {
    using box = server();
    box.fake('id', 'case "$1" in -u) echo 1000 ;; *) echo ada ;; esac');
    box.fake('sudo', '[ "$2" = true ] && exit; shift 2; exec "$@"');
    box.file('/etc/passwd', 'ada:x:1000:1000::/home/ada:/bin/sh\n');
    box.file('/home/ada/.ssh/authorized_keys', 'ssh-ed25519 AAAAada ada\n');
    const asAda = `SSH_CONNECTION='192.0.2.9 4711 192.0.2.7 2222'\n${probeScript(box.root)}`;

    const { lines } = box.run(asAda, { shell, isRooted: true });

    expect(parseServerFacts(`${lines.join('\n')}\n`)).toMatchObject({
      ...{ user: 'ada', sshPort: 2_222, authorizedKeys: 'ssh-ed25519 AAAAada ada\n\n' },
    });
  });
});

describe('the key of a disk', () => {
  it.each([
    {
      place: 'pci0000:00/0000:00:05.0/virtio2/host2/target2:0:0/2:0:0:1',
      key: 'pci0000:00/0000:00:05.0/virtio/host/target0:0/0:0:1',
    },
    {
      place: 'pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0/2:0:0:0',
      key: 'pci0000:00/0000:00:1f.2/ata/host/target0:0/0:0:0',
    },
    { place: 'pci0000:00/0000:01:00.0/nvme/nvme1', key: 'pci0000:00/0000:01:00.0/nvme' },
    { place: 'vbd-51712', key: 'vbd-51712' },
  ])('is the same whatever numbers a kernel gives: $place', ({ place, key }) => {
    using box = server();
    addDisk(box, { place, name: 'xda' });

    const found = look(box)?.disks.find(({ name }) => name === 'xda');

    expect(found?.key).toBe(`/sys/devices/${key},83886080`);
  });

  it('has the serial number of a disk that has one', () => {
    using box = server();
    box.file('/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/device/wwid', 't10.ATA     SSD 0815\n');

    expect(look(box)?.disks[0]?.key).toBe('/sys/devices/pci0000:00/0000:00:04.0/virtio,83886080,t10.ATA,SSD,0815');
  });
});

it('is no answer while it is not whole', () => {
  expect(parseServerFacts('arch=x86_64\n')).toBeUndefined();
});
