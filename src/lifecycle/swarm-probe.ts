import type { Host } from '../host/host.js';
import { isMachineError } from '../errors.js';
import { listenForProbes, probesHeard, sendProbes } from '../swarm/cluster-host.js';
import { closedWays, tellClosed, waysBetween, type Heard, type ProbedNode, type Way } from '../swarm/probe.js';
import { forEachBounded } from './each.js';
import type { Step } from './swarm-performers.js';
import type { SwarmLinks } from './swarm-links.js';

/** Hosts at once. */
const AT_ONCE = 16;

interface Probed {
  readonly node: ProbedNode;
  readonly host: Host;
}

/**
 * Whether the nodes reach each other at the swarm's ports, told as warnings: the swarm itself may well work without some of
 * them, its overlay networks do not. All listen before anybody sends, and all have sent before anybody is asked what came.
 */
export async function probePorts({ nodes, dataPathPort }: Step<'probe'>, links: SwarmLinks): Promise<void> {
  const { signal, report } = links.program;
  const ways = waysBetween(nodes, dataPathPort);
  const hosts = await hostsOf(nodes, links);
  const deaf = await onEach(hosts, ({ node, host }) => {
    const senders = ways.filter((way) => way.protocol === 'udp' && way.to === node).map(({ from }) => from.address);
    return listenForProbes(host, { senders: [...new Set(senders)], dataPathPort }, { signal });
  });
  const sent = await onEach(hosts, ({ node, host }) => {
    const own = ways.filter(({ from }) => from === node);
    return sendProbes(host, { datagrams: targets(own, 'udp'), connections: targets(own, 'tcp') }, { signal });
  });
  const silent = await onEach(hosts, ({ host }) => probesHeard(host, { signal }));
  const heard = hosts.map(({ node: { name } }, index): Heard => ({
    ...{ name, unanswered: sent[index]?.unanswered ?? [], silent: silent[index] ?? [] },
    ...{ isMute: sent[index]?.isMute ?? true, isDeaf: deaf[index] ?? true },
  }));
  for (const { name } of heard.filter(({ isMute, isDeaf }) => isMute || isDeaf))
    report.debug(`${name}: whether UDP reaches it, or others from it, cannot be told`);
  for (const line of tellClosed(closedWays(ways, heard)))
    report.warn(`${line}: overlay networks do not work without; see the firewalls between them`);
}

/** Undefined where it failed: of such a host nothing is known, which is no reason to end here. */
async function onEach<N, T>(all: readonly N[], work: (one: N) => Promise<T>): Promise<readonly (T | undefined)[]> {
  const outcomes = await forEachBounded(all, AT_ONCE, work);
  return outcomes.map((outcome) => {
    if (outcome.state === 'done') return outcome.result;
    if (!isMachineError(outcome.error) || outcome.error.code === 'Cancelled') throw outcome.error;
    return undefined;
  });
}

/** Those of the nodes that can be logged in to. */
async function hostsOf(nodes: readonly ProbedNode[], links: SwarmLinks): Promise<readonly Probed[]> {
  const own = nodes.flatMap((node) => (node.machine === undefined ? [] : [{ node, machine: node.machine }]));
  const hosts = await onEach(own, ({ machine }) => links.host(machine));
  return own.flatMap(({ node }, index) => {
    const host = hosts[index];
    return host ? [{ node, host }] : [];
  });
}

function targets(ways: readonly Way[], protocol: Way['protocol']): readonly string[] {
  return ways.filter((way) => way.protocol === protocol).map(({ to, port }) => `${to.address}/${port}`);
}
