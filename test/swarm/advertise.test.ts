import { describe, expect, it } from '@jest/globals';
import { addressesIn, chooseNetwork, mtuOf } from '../../src/swarm/advertise.js';
import type { AdvertiseChoice, ClusterNetwork } from '../../src/swarm/contract.js';
import { failureOf, told } from '../helpers/failure.js';
import { candidate } from './support/machines.js';

const AUTO: AdvertiseChoice = { kind: 'auto' };

describe('the network of a cluster', () => {
  it('is the private one that all are in', () => {
    const machines = [
      candidate('m1', ['eth0 203.0.113.1/24', 'eth1 10.0.0.2/24 1450']),
      candidate('m2', ['eth0 203.0.113.2/24', 'eth1 10.0.0.3/24 1400']),
    ];

    const network = chooseNetwork(AUTO, machines);

    expect(network).toEqual({ scope: 'private', family: 4, cidr: '10.0.0.0/24', place: '', mtu: 1400 });
    expect(machines.map((machine) => addressesIn(network, AUTO, machine))).toEqual([
      { advertise: '10.0.0.2', listen: '10.0.0.2', dataPath: '10.0.0.2' },
      { advertise: '10.0.0.3', listen: '10.0.0.3', dataPath: '10.0.0.3' },
    ]);
  });

  it('is found by a route where the cards have single addresses', () => {
    const machines = [
      candidate('m1', ['eth0 203.0.113.1/32', 'enp7s0 10.0.0.2/32 1450'], { routes: ['0.0.0.0/0', '10.0.0.0/16'] }),
      candidate('m2', ['eth0 198.51.100.1/32', 'enp7s0 10.0.1.3/32 1450'], { routes: ['0.0.0.0/1', '10.0.0.0/16'] }),
    ];

    expect(chooseNetwork(AUTO, machines)).toEqual({
      scope: 'private',
      family: 4,
      cidr: '10.0.0.0/16',
      place: '',
      mtu: 1450,
    });
  });

  it("is the provider's private network across its subnets", () => {
    const place = 'amazonec2/eu-central-1/vpc-1';
    const machines = [
      candidate('m1', ['ens5 10.0.1.5/24 9001'], { place, address: '203.0.113.1' }),
      candidate('m2', ['ens5 10.0.2.5/24 9001'], { place, address: '203.0.113.2' }),
    ];

    expect(chooseNetwork(AUTO, machines)).toEqual({ scope: 'private', family: 4, place, mtu: 9001 });
  });

  it('is the smallest of several', () => {
    const routes = ['10.0.0.0/8'];
    const machines = [candidate('m1', ['a 10.1.1.1/24'], { routes }), candidate('m2', ['a 10.1.1.2/24'], { routes })];

    expect(chooseNetwork(AUTO, machines).cidr).toBe('10.1.1.0/24');
  });

  it('is public when equal private networks are in different places', () => {
    const machines = [
      candidate('m1', ['eth0 203.0.113.1/24', 'eth1 10.0.0.2/24'], { place: 'hetzner/net-1' }),
      candidate('m2', ['eth0 203.0.113.2/24 1492', 'eth1 10.0.0.3/24'], { place: 'hetzner/net-2' }),
    ];

    expect(chooseNetwork(AUTO, machines)).toEqual({ scope: 'public', family: 4, place: '', mtu: 1492 });
  });

  it('is IPv6 when not all have IPv4', () => {
    const machines = [
      candidate('m1', ['eth0 203.0.113.1/24,2001:db8::1/64']),
      candidate('m2', ['eth0 2001:db8::2/64,fe80::1/64']),
    ];

    expect(chooseNetwork(AUTO, machines)).toEqual({ scope: 'public', family: 6, place: '', mtu: 1500 });
  });

  it('is a mesh of WireGuard by the name of its interface', () => {
    const choice: AdvertiseChoice = { kind: 'interface', name: 'wg0' };
    const machines = [
      candidate('m1', ['eth0 192.168.1.2/24', 'wg0 100.64.0.1/32 1420']),
      candidate('m2', ['eth0 192.168.1.2/24', 'wg0 100.64.0.2/32 1420']),
    ];

    const network = chooseNetwork(choice, machines);

    expect(network).toEqual({ scope: 'private', family: 4, place: '', mtu: 1420 });
    expect(machines.map((machine) => addressesIn(network, choice, machine).advertise)).toEqual([
      '100.64.0.1',
      '100.64.0.2',
    ]);
  });

  it('is what the user says reaches each other', () => {
    const machines = [candidate('m1', ['eth0 192.168.1.2/24']), candidate('m2', ['eth0 10.4.0.2/16'])];

    expect(chooseNetwork({ kind: 'private' }, machines)).toEqual({
      scope: 'private',
      family: 4,
      place: '',
      mtu: 1500,
    });
  });

  it('goes through a NAT only when that is asked for, and then listens everywhere', () => {
    const machine = candidate('m1', ['eth0 10.4.0.2/16'], { address: '203.0.113.9' });

    const network = chooseNetwork({ kind: 'public' }, [machine]);

    expect(addressesIn(network, { kind: 'public' }, machine)).toEqual({
      advertise: '203.0.113.9',
      listen: '0.0.0.0',
      dataPath: '203.0.113.9',
    });
  });
});

describe('a network for all', () => {
  it('is refused with the names of those that have only private addresses', async () => {
    const failure = await failureOf(() =>
      chooseNetwork(AUTO, [
        candidate('m1', ['eth0 203.0.113.1/24']),
        candidate('m2', ['eth0 192.168.1.2/24'], { address: '203.0.113.2' }),
        candidate('m3', ['eth0 10.4.0.2/16']),
      ]),
    );

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: 'only private addresses, in no network that all share: m2, m3',
      exitCode: 2,
    });
  });

  it.each<[AdvertiseChoice, string]>([
    [{ kind: 'public' }, 'no address in a public network that fits all: m2'],
    [{ kind: 'interface', name: 'wg0' }, 'no address on "wg0" that fits all: m1, m2'],
    [{ kind: 'network', cidr: '10.0.0.0/8' }, 'no address in 10.0.0.0/8 that fits all: m1'],
  ])('is refused for %j', async (choice, message) => {
    const failure = await failureOf(() =>
      chooseNetwork(choice, [candidate('m1', ['eth0 203.0.113.1/24']), candidate('m2', ['eth0 10.4.0.2/16'])]),
    );

    expect(told(failure)).toEqual({ code: 'ClusterRefused', message, exitCode: 2 });
  });
});

describe('a later member', () => {
  const network: ClusterNetwork = { scope: 'private', family: 4, cidr: '10.0.0.0/24', place: 'x/net-1', mtu: 1450 };

  it('takes its address in the network', () => {
    const machine = candidate('w1', ['eth0 203.0.113.7/24', 'eth1 10.0.0.9/24 1400'], { place: 'x/net-1' });

    expect(addressesIn(network, AUTO, machine).advertise).toBe('10.0.0.9');
    expect(mtuOf(network, AUTO, machine)).toBe(1400);
  });

  it.each([
    ['without an address there', candidate('w1', ['eth0 203.0.113.7/24'])],
    ['in another place', candidate('w1', ['eth0 10.0.0.9/24'], { place: 'x/net-2' })],
  ])('%s is refused', async (_what, machine) => {
    const failure = await failureOf(() => addressesIn(network, AUTO, machine));

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: `"w1" has no address in the cluster's network 10.0.0.0/24`,
      exitCode: 2,
    });
  });
});
