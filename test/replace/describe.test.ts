import { describe, expect, it } from '@jest/globals';
import { describeReplacement } from '../../src/replace/describe.js';
import { planReplacement } from '../../src/replace/plan.js';
import { FIXED, SERVER, wishOf } from './support/server.js';

describe('what happens to a server', () => {
  it('is told with what is lost first', () => {
    const lines = describeReplacement(planReplacement(SERVER, wishOf()));

    expect(lines).toEqual([
      'web-1 gets the OS debian12-amd64-0123456789 in place of Debian GNU/Linux 12 (bookworm).',
      'Lost for good:',
      '  the whole disk /dev/vda (40.0 GiB, QEMU)',
      '  /, 1.5 GiB used',
      'Kept:',
      '  IPv4: 192.0.2.7/24, DHCP',
      '  IPv6: none',
      '  nameservers: 192.0.2.53',
      '  network card: 52:54:00:12:34:56',
      '  host name: rented',
      '  host keys: ssh-ed25519',
      '  logins: root, docker, by 1 key: ada@laptop',
      'How:',
      '  119 MB are sent to its memory; 356 MiB are needed, 800 of 1000 MiB are free',
      '  kernel 6.1.0-9-cloud-amd64 is started by kexec: console=tty0 console=ttyS0,115200 panic=5 loglevel=4 rdinit=/install/init',
      '  it checks that the disk is there and that the network answers; until then a reset brings the old system back',
      '  it erases the disk, puts the OS and boot loaders for BIOS and UEFI on it, and boots (BIOS here)',
    ]);
  });

  it('names what stays behind, other disks, other users and other ports', () => {
    const other = { name: 'vdb', mib: 2_048, key: 'other', model: '' };
    const facts = {
      ...SERVER,
      ...{ network: FIXED, disks: [...SERVER.disks, other], user: 'ada', sshPort: 2_222, containers: 1, volumes: 2 },
      authorizedKeys: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINoComment\n',
    };

    const lines = describeReplacement(planReplacement(facts, wishOf()));

    expect(lines).toEqual(
      expect.arrayContaining([
        '  1 container and 2 volumes of its engine',
        '  nothing of /dev/vdb',
        '  IPv4: 192.0.2.7/24, gateway 192.0.2.1; not 192.0.2.8/32',
        '  IPv6: 2001:db8::7/64, gateway fe80::1',
        '  logins: root, docker, ada, by 1 key: …oComment',
        "  sshd's port: 2222",
      ]),
    );
  });
});
