import { describe, expect, it } from '@jest/globals';
import { macOf, nameserversOf, parseSubnet } from '../../../drivers/nspawn/network.js';
import { failureOf, told } from '../../helpers/failure.js';

describe('the network of local machines', () => {
  it('has this computer first and machines after it, without the broadcast address', () => {
    const subnet = parseSubnet('172.30.111.0/24');

    expect(subnet).toMatchObject({ prefix: 24, gateway: '172.30.111.1', bridge: 'berth0' });
    expect(subnet.addresses[0]).toBe('172.30.111.2');
    expect(subnet.addresses.at(-1)).toBe('172.30.111.254');
  });

  it('has room for five machines at its smallest', () => {
    expect(parseSubnet('10.0.0.8/29').addresses).toEqual([
      '10.0.0.10',
      '10.0.0.11',
      '10.0.0.12',
      '10.0.0.13',
      '10.0.0.14',
    ]);
  });

  it('crosses the limits of bytes in larger networks', () => {
    expect(parseSubnet('10.1.0.0/16').addresses[254]).toBe('10.1.1.0');
  });

  it('has a bridge of its own, named within the 15 characters of an interface', () => {
    const { bridge } = parseSubnet('10.1.0.0/16');

    expect(bridge).toMatch(/^berth-[0-9a-f]{8}$/);
    expect(bridge).not.toBe(parseSubnet('10.2.0.0/16').bridge);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.1/24',
    '10.0.0.256/24',
    '10.0.0.0/30',
    '10.0.0.0/7',
    'fd00::/64',
    '10.0.0.0/24; reboot',
  ])('cannot be "%s"', async (text) => {
    const failure = await failureOf(() => parseSubnet(text));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `option --nspawn-subnet wants a network such as 172.30.111.0/24, got "${text}"`,
      exitCode: 2,
    });
  });

  it('gives each name one Ethernet address, of the locally administered ones', () => {
    expect(macOf('a')).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    expect(macOf('a')).toBe(macOf('a'));
    expect(macOf('a')).not.toBe(macOf('b'));
  });
});

describe('the name servers of a machine', () => {
  it('are those of this computer', () => {
    expect(nameserversOf(['# a comment\nsearch lan\nnameserver 192.0.2.53\n nameserver 192.0.2.54\n'])).toEqual([
      '192.0.2.53',
      '192.0.2.54',
    ]);
  });

  it('are those that systemd-resolved asks where this computer asks itself', () => {
    expect(nameserversOf(['nameserver 127.0.0.53\n', 'nameserver 192.0.2.53\n'])).toEqual(['192.0.2.53']);
  });

  it('are no IPv6 addresses, which the network does not carry, and three at most', () => {
    const four = [1, 2, 3, 4].map((n) => `nameserver 192.0.2.${n}\n`).join('');

    expect(nameserversOf([`nameserver 2001:db8::53\n${four}`])).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  });

  it('are none where none can be reached', () => {
    expect(nameserversOf(['nameserver 127.0.0.1\n', ''])).toEqual([]);
  });
});
