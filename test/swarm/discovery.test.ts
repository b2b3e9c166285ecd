import { describe, expect, it } from '@jest/globals';
import { CLASSIC_DEFAULTS, meaningOf, type ClassicFlags } from '../../src/swarm/classic-flags.js';
import { clusterOfDiscovery } from '../../src/swarm/discovery.js';

describe('the cluster that a discovery string names', () => {
  it.each([
    ['token://6856663cdefdec325839a4b7e1de38e8', 'swarm-6856663cdefdec325839a4b7e1de38e8'],
    ['token://my-team', 'swarm-my-team'],
    ['token://My-Team', 'swarm-token-my-team-5ab87cf1df73'],
    ['token://../../etc/passwd', 'swarm-token-etc-passwd-a41a225da694'],
    ['consul://10.0.0.5:8500/prod', 'swarm-consul-10-0-0-5-8500-prod-8ac597fc7d71'],
    ['consul://10.0.0.5:8500/Prod', 'swarm-consul-10-0-0-5-8500-prod-c88333480b10'],
    ['nodes://10.0.0.1:2376,10.0.0.2:2376', 'swarm-nodes-10-0-0-1-2376-10-0-0-2-237-eb999e06f9f0'],
    ['zk://a,b,c/path', 'swarm-zk-a-b-c-path-41106feaac8c'],
    ['file:///etc/cluster', 'swarm-file-etc-cluster-3631fcecbe91'],
    ['token://', 'swarm-token-5c835719f7c4'],
    ['', 'swarm-e3b0c44298fc'],
    ['anything at all\n', 'swarm-anything-at-all-dc5e25866c41'],
    [`etcd://${'x'.repeat(300)}`, `swarm-etcd-${'x'.repeat(27)}-9fae8275e0e1`],
  ])('%j is %s', (discovery, name) => {
    expect(clusterOfDiscovery(discovery)).toBe(name);
  });
});

describe("docker-machine's swarm flags", () => {
  const given = (changes: Partial<ClassicFlags>): ClassicFlags => ({ ...CLASSIC_DEFAULTS, ...changes });

  it('say nothing at their defaults, nor as a token', () => {
    expect(meaningOf(given({ discovery: 'token://abc' }))).toEqual({ warnings: [] });
  });

  it.each([
    ['10.0.0.5', '10.0.0.5'],
    ['10.0.0.5:2376', '10.0.0.5'],
    ['eth1', 'eth1'],
    ['eth1:2376', 'eth1'],
    ['fd00::5', 'fd00::5'],
    ['[fd00::5]:2376', 'fd00::5'],
  ])('--swarm-addr %s advertises %s', (addr, advertise) => {
    expect(meaningOf(given({ addr }))).toEqual({ advertise, warnings: [] });
  });

  it.each<[Partial<ClassicFlags>, string]>([
    [{ image: 'swarm:1.2' }, '--swarm-image swarm:1.2 is not used: Swarm mode is part of the engine'],
    [{ strategy: 'binpack' }, '--swarm-strategy binpack is not used: Swarm mode always spreads tasks'],
    [{ opts: ['heartbeat=5s'] }, '--swarm-opt heartbeat=5s is not used: Swarm mode has no manager to give it to'],
    [{ joinOpts: ['ttl=9s'] }, '--swarm-join-opt ttl=9s is not used: Swarm mode has no agent to give it to'],
    [
      { host: 'tcp://0.0.0.0:4000' },
      "--swarm-host tcp://0.0.0.0:4000 is not used: a manager answers on its engine's own port",
    ],
    [{ experimental: true }, '--swarm-experimental is not used: Swarm mode has no such switch'],
    [
      { discovery: 'consul://c:8500' },
      '--swarm-discovery consul://c:8500 only names the cluster: Swarm mode needs no discovery service',
    ],
  ])('%j is told to be without meaning', (changes, warning) => {
    expect(meaningOf(given(changes))).toEqual({ warnings: [warning] });
  });
});
