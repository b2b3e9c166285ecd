import { describe, expect, it } from '@jest/globals';
import type { ReplaceWish, ServerFacts } from '../../src/replace/contract.js';
import { networkLines, planReplacement } from '../../src/replace/plan.js';
import { failureOf, told } from '../helpers/failure.js';
import { FIXED, LOGIN_KEY, SERVER, wishOf } from './support/server.js';

const SECOND = { name: 'vdb', mib: 40_960, key: 'other', model: '' };

describe('a plan to replace a system', () => {
  it('erases the disk that the system lies on, and keeps its consoles', () => {
    const { disk, commandLine } = planReplacement(SERVER, wishOf());

    expect(disk.name).toBe('vda');
    expect(commandLine).toBe('console=tty0 console=ttyS0,115200 panic=5 loglevel=4 rdinit=/install/init');
  });

  it.each(['vdb', '/dev/vdb'])('erases the disk that is named: %s', (wanted) => {
    const facts = { ...SERVER, rootDisks: ['vda', 'vdb'], disks: [...SERVER.disks, SECOND] };

    expect(planReplacement(facts, wishOf({ disk: wanted })).disk).toEqual(SECOND);
  });

  it("takes over each login key once, the machine's own too", () => {
    const own = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOwn web-1';
    const keys = `# of the office\n\n${LOGIN_KEY}\nno-pty ${LOGIN_KEY}\n`;

    const { authorizedKeys } = planReplacement({ ...SERVER, authorizedKeys: keys }, wishOf({ publicKey: `${own}\n` }));

    expect(authorizedKeys).toBe(`${LOGIN_KEY}\n${own}\n`);
  });

  it.each<{ title: string; network: ServerFacts['network']; lines: readonly string[] }>([
    { title: 'DHCP', network: SERVER.network, lines: ['52:54:00:12:34:56=dhcp'] },
    {
      title: 'fixed addresses, the first of each family',
      network: FIXED,
      lines: [
        '52:54:00:12:34:56=192.0.2.7/24,192.0.2.1,192.0.2.53',
        '52:54:00:12:34:56=2001:db8::7/64,fe80::1,192.0.2.53',
      ],
    },
    {
      title: 'DHCP beside a fixed IPv6 address',
      network: { ...SERVER.network, ipv6: FIXED.ipv6 },
      lines: ['52:54:00:12:34:56=dhcp', '52:54:00:12:34:56=2001:db8::7/64,fe80::1,192.0.2.53'],
    },
    { title: 'IPv6 alone', network: { ...FIXED, ipv4: { addresses: [] } }, lines: [networkLines(FIXED)[1] ?? ''] },
  ])('hands over the network: $title', ({ network, lines }) => {
    expect(planReplacement({ ...SERVER, network }, wishOf()).network).toEqual(lines);
  });

  it('goes on where Debian itself is locked down: its kernel takes what Debian has signed', () => {
    expect(planReplacement({ ...SERVER, lockdown: 'integrity' }, wishOf()).disk.name).toBe('vda');
  });
});

describe('a server is refused', () => {
  const { mac: _mac, ...withoutCard } = SERVER.network;

  it.each<{ facts?: Partial<ServerFacts>; wish?: Partial<ReplaceWish>; code?: string; message: string }>([
    {
      facts: { user: 'ada', sudoWords: 'sudo: a password is required' },
      code: 'ProvisionFailed',
      message: 'user "ada" may not become root on web-1 without a password',
    },
    {
      facts: { container: 'lxc' },
      message: 'web-1 is a container (lxc): it has no kernel of its own to replace',
    },
    { facts: { hasKexec: false }, message: 'the kernel of web-1 cannot start another one: it has no kexec' },
    {
      facts: { isKexecDisabled: true },
      message: 'the kernel of web-1 starts no other one until it is rebooted (kexec_load_disabled)',
    },
    {
      facts: { lockdown: 'integrity', os: { ...SERVER.os, id: 'ubuntu' } },
      message: 'the kernel of web-1 starts no foreign one: it is locked down by Secure Boot',
    },
    {
      facts: { lacks: ['squashfs', 'loop'] },
      message: 'the kernel of web-1 lacks squashfs and loop, which reads the OS',
    },
    { facts: { memoryMib: 256 }, message: 'web-1 has 256 MiB of memory, and installing takes 356 MiB' },
    { facts: { availableMib: 100 }, message: 'web-1 has 100 MiB of memory free, and installing takes 356 MiB' },
    {
      facts: { network: { ipv4: { addresses: [] }, ipv6: { addresses: [] }, nameservers: [] } },
      message: 'web-1 has no default route, so berth cannot tell which address to keep',
    },
    {
      facts: { network: { ...withoutCard, link: 'bond0' } },
      message: 'the network of web-1 goes through "bond0", which is no plain network card',
    },
    { facts: { user: 'ada lovelace' }, message: 'user "ada lovelace" of web-1 cannot be carried over' },
    {
      wish: { knownKeys: ['AAAAother'] },
      message: 'the host key that web-1 shows is none of its /etc/ssh, so it cannot be kept',
    },
    {
      facts: { rootDisks: ['vda', 'vdb'] },
      message: 'the system of web-1 lies on 2 disks: name the one to erase',
    },
    {
      wish: { disk: '/dev/sdx' },
      code: 'BadOption',
      message: 'there is no disk "sdx" on web-1; there is /dev/vda',
    },
    {
      facts: { disks: [{ ...SECOND, name: 'vda', mib: 1_024 }] },
      message: 'disk "vda" of web-1 has 1024 MiB, and the OS needs 2048 MiB',
    },
    {
      facts: { authorizedKeys: '# none\n' },
      message: 'user "root" has no authorized_keys on web-1: nobody could log in afterwards',
    },
  ])('$message', async ({ facts, wish, code = 'UnsupportedHost', message }) => {
    const failure = await failureOf(() => planReplacement({ ...SERVER, ...facts }, wishOf(wish)));

    expect(told(failure)).toMatchObject({ code, message });
    expect(failure.message.length).toBeLessThanOrEqual(100);
  });
});
