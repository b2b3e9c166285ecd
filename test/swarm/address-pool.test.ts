import { describe, expect, it } from '@jest/globals';
import { checkAddressPool, chooseAddressPool, chooseBridgeSubnet } from '../../src/swarm/address-pool.js';
import { failureOf, told } from '../helpers/failure.js';

const taken = (...cidrs: string[]): { cidr: string; machine: string }[] =>
  cidrs.map((cidr, index) => ({ cidr, machine: `m${index + 1}` }));

describe('the pool for overlay networks', () => {
  it.each([
    ['nothing', [], '10.0.0.0/8'],
    ['other ranges', ['192.168.0.0/24', '172.17.0.0/16', 'fd00::/64'], '10.0.0.0/8'],
    ['a VPC', ['10.0.0.0/16'], '10.128.0.0/9'],
    ['VPCs in both halves', ['10.0.0.0/16', '10.200.3.7/24'], '10.128.0.0/10'],
    ['the whole range', ['10.0.0.0/8'], '172.16.0.0/16'],
    ['two ranges', ['10.0.0.0/8', '172.16.0.0/12'], '100.64.0.0/10'],
    ['two ranges and a bit of the third', ['10.0.0.0/8', '172.16.0.0/12', '100.127.9.1/32'], '100.64.0.0/11'],
  ])('beside %s is %s', (_what, cidrs, pool) => {
    expect(chooseAddressPool(taken(...cidrs))).toBe(pool);
  });

  it('is refused when nothing is left', async () => {
    const failure = await failureOf(() => chooseAddressPool(taken('10.0.0.0/8', '172.16.0.0/12', '100.64.0.0/10')));

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: 'no address pool is left that overlaps no network of the machines',
      exitCode: 2,
    });
  });
});

describe('a pool that the user gave', () => {
  it('is taken when it is free', () => {
    expect(checkAddressPool(['10.32.0.0/12', '10.64.0.0/12'], 24, taken('10.0.0.0/16'))).toEqual([
      '10.32.0.0/12',
      '10.64.0.0/12',
    ]);
  });

  it.each([
    [['10.0.0.0'], 24, 'an address pool is a network like 10.0.0.0/8, got "10.0.0.0"'],
    [['fd00::/8'], 24, 'an address pool is a network like 10.0.0.0/8, got "fd00::/8"'],
    [['10.1.2.3/16'], 24, 'address pool "10.1.2.3/16" is inside a network: 10.1.0.0/16 is one'],
    [['10.0.0.0/8'], 24, 'the address pool 10.0.0.0/8 overlaps 10.9.0.0/16 of "m1"'],
    [['10.9.7.0/24'], 24, 'the address pool 10.9.7.0/24 overlaps 10.9.0.0/16 of "m1"'],
    [['10.16.0.0/12', '10.16.0.0/16'], 24, 'the address pool 10.16.0.0/16 overlaps the pool 10.16.0.0/12'],
    [['10.16.0.0/16'], 12, 'networks cut from 10.16.0.0/16 have /16 to /29, got "/12"'],
    [['10.16.0.0/16'], 30, 'networks cut from 10.16.0.0/16 have /16 to /29, got "/30"'],
  ])('%j with /%i is refused: %s', async (pools, size, message) => {
    const failure = await failureOf(() => checkAddressPool(pools, size, taken('10.9.0.0/16')));

    expect(told(failure)).toEqual({ code: 'BadOption', message, exitCode: 2 });
  });
});

describe("docker_gwbridge's network", () => {
  it.each([
    [['172.17.0.0/16'], '172.18.0.0/16'],
    [['172.16.0.0/12'], '192.168.0.0/20'],
    [['172.16.0.0/12', '192.168.1.0/24', '10.0.0.0/8'], '192.168.16.0/20'],
    [['172.16.0.0/12', '192.168.0.0/16'], undefined],
  ])('beside %j is %s', (cidrs, subnet) => {
    expect(chooseBridgeSubnet(cidrs)).toBe(subnet);
  });
});
