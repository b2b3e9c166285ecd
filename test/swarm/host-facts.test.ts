import { describe, expect, it } from '@jest/globals';
import { parseHostFacts } from '../../src/swarm/host-facts.js';

const TEXT = `mtu docker0 1500
mtu eth0 1450
mtu lo 65536
mtu veth12ab 1500
offload eth0
address 1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
address 2: eth0    inet 10.1.0.5/24 brd 10.1.0.255 scope global eth0\\       valid_lft forever
address 2: eth0@if7    inet6 2001:db8::5/64 scope global dynamic
address 2: eth0    inet6 fe80::1/64 scope link
address 3: docker0    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0
route default via 10.1.0.1 dev eth0
route 10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.5
route 10.9.0.7 via 10.1.0.9 dev eth0
route unreachable 10.96.0.0/12
route 172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1
route fe80::/64 dev eth0 proto kernel
firewall manager 10.1.0.7 10.1.0.5
`;

describe('what a host tells of itself', () => {
  it("holds its own cards with their addresses, and not the engine's", () => {
    expect(parseHostFacts(TEXT).interfaces).toEqual([
      {
        name: 'eth0',
        mtu: 1450,
        addresses: [
          { address: '10.1.0.5', prefix: 24 },
          { address: '2001:db8::5', prefix: 64 },
        ],
      },
    ]);
  });

  it('holds the networks that it has routes to, without the default one', () => {
    expect(parseHostFacts(TEXT).routes).toEqual(['10.1.0.0/24', '10.9.0.7/32', '10.96.0.0/12', '172.17.0.0/16']);
  });

  it('holds who may come in on the ports of the swarm, and cards that miscalculate', () => {
    const { firewall, offloadCards } = parseHostFacts(TEXT);

    expect([firewall, offloadCards]).toEqual([{ manager: true, members: ['10.1.0.5', '10.1.0.7'] }, ['eth0']]);
  });

  it('holds why its kernel cannot encrypt', () => {
    expect(parseHostFacts('esp Error: Requested AEAD algorithm not found.\n').espFlaw).toBe(
      'Error: Requested AEAD algorithm not found.',
    );
  });

  it('is empty where nothing was printed', () => {
    expect(parseHostFacts('')).toEqual({ interfaces: [], routes: [], offloadCards: [] });
  });
});
