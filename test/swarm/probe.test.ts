import { describe, expect, it } from '@jest/globals';
import { parseName } from '../../src/name.js';
import { closedWays, tellClosed, waysBetween, type Heard, type ProbedNode } from '../../src/swarm/probe.js';

const node = (name: string, number: number, rest: Partial<ProbedNode> = {}): ProbedNode => ({
  ...{ name, machine: parseName(name), address: `10.0.0.${number}`, manager: false, isNew: false },
  ...rest,
});
const heard = (name: string, rest: Partial<Heard> = {}): Heard => ({
  ...{ name, unanswered: [], silent: [], isMute: false, isDeaf: false },
  ...rest,
});
const M = node('m1', 1, { manager: true });
const A = node('a', 2, { isNew: true });
const B = node('b', 3);
const { machine: _nobodys, ...FOREIGN } = node('x9', 9);

function ways(nodes: readonly ProbedNode[]): string[] {
  return waysBetween(nodes, 4790).map(({ from, to, port, protocol }) => `${from.name}>${to.name} ${port}/${protocol}`);
}

describe('what is probed', () => {
  it('are gossip and the data path both ways, and management where a manager is', () => {
    expect(ways([M, A])).toEqual([
      ...['m1>a 7946/tcp', 'm1>a 7946/udp', 'm1>a 4790/udp'],
      ...['a>m1 2377/tcp', 'a>m1 7946/tcp', 'a>m1 7946/udp', 'a>m1 4790/udp'],
    ]);
  });

  it('is nothing between those who were there before, and nothing from hosts of others', () => {
    const all = ways([M, A, B, FOREIGN]);

    expect(all.filter((way) => way.startsWith('m1>b') || way.startsWith('x9'))).toEqual([]);
    expect(all).toContain('a>x9 7946/tcp');
  });
});

describe('what is known to be closed', () => {
  const all = waysBetween([M, A, FOREIGN], 4789);
  const told = (...hosts: readonly Heard[]): readonly string[] => tellClosed(closedWays(all, hosts));

  it('is nothing where all was heard', () => {
    expect(told(heard('m1'), heard('a'))).toEqual([]);
  });

  it('is told with the port and both ends, in the direction in which it is closed', () => {
    expect(told(heard('m1', { silent: ['10.0.0.2 7946'] }), heard('a'))).toEqual([
      '7946/udp from a to m1 is not let through',
    ]);
    expect(told(heard('m1', { unanswered: ['10.0.0.2 7946'] }), heard('a', { silent: ['10.0.0.1 4789'] }))).toEqual([
      '7946/tcp, 4789/udp from m1 to a are not let through',
    ]);
  });

  it('is nothing of what could not be sent or heard', () => {
    const silent = ['10.0.0.2 7946', '10.0.0.2 4789'];

    expect(told(heard('m1', { silent }), heard('a', { isMute: true }))).toEqual([]);
    expect(told(heard('m1', { silent, isDeaf: true }), heard('a'))).toEqual([]);
    expect(told(heard('m1', { silent }))).toEqual([]);
  });

  it('is told once for all who cannot reach a host at the same ports', () => {
    const nodes = [M, B, node('c', 4), A];
    const silent = [M, B, node('c', 4)].map(({ address }) => `${address} 7946`);
    const closed = closedWays(waysBetween(nodes, 4789), [
      ...nodes.filter((one) => one !== A).map(({ name }) => heard(name)),
      heard('a', { silent }),
    ]);

    expect(tellClosed(closed)).toEqual(['7946/udp from m1, b, c to a is not let through']);
  });
});
