import type { Host } from '../host/host.js';
import { renderTemplate } from '../template.js';
import { GOSSIP_PORT, MANAGEMENT_PORT } from './contract.js';
import { parseHostFacts, type HostFacts } from './host-facts.js';
import type { FirewallFacts } from './facts.js';

/** What has to be done on the hosts themselves, as root, one exchange each. */
const WITHIN_MS = 60_000;
/** A raft store is some megabytes; disks of small machines are slow. In milliseconds. */
const BACKUP_WITHIN_MS = 300_000;
/** Lists of packages come from mirrors that may be slow. In milliseconds. */
const LISTS_WITHIN_MS = 300_000;

interface Asking {
  readonly signal: AbortSignal;
}

/** What the host tells of itself; whether its kernel can encrypt only where that is asked. */
export async function readHostFacts(
  host: Host,
  { signal, encrypted = false }: Asking & { readonly encrypted?: boolean },
): Promise<HostFacts> {
  return parseHostFacts(await script(host, 'swarm/facts.sh', { encrypted: encrypted ? 'yes' : 'no' }, { signal }));
}

export interface FirewallRules extends FirewallFacts {
  readonly dataPathPort: number;
}

/** Lets the members in on the swarm's ports and nobody else; no members: the rules go. */
export async function setFirewall(host: Host, rules: FirewallRules, { signal }: Asking): Promise<void> {
  const { members, manager, dataPathPort } = rules;
  const values = {
    members: members.join(' '),
    tcpPorts: [...(manager ? [MANAGEMENT_PORT] : []), GOSSIP_PORT].join(','),
    udpPorts: [GOSSIP_PORT, dataPathPort].join(','),
    facts: [manager ? 'manager' : 'worker', ...members].join(' '),
  };
  await script(host, 'swarm/firewall.sh', values, { signal });
}

/** Engines of swarms refuse live-restore; containers go on running. */
export async function switchLiveRestoreOff(host: Host, { signal }: Asking): Promise<void> {
  await script(host, 'swarm/live-restore-off.sh', {}, { signal });
}

export async function switchOffloadOff(host: Host, cards: readonly string[], { signal }: Asking): Promise<void> {
  await script(host, 'swarm/offload-off.sh', { cards: cards.join(' ') }, { signal });
}

/** Counts what comes from these addresses at the swarm's UDP ports from now on. True where the host is deaf. */
export async function listenForProbes(
  host: Host,
  { senders, dataPathPort }: { readonly senders: readonly string[]; readonly dataPathPort: number },
  { signal }: Asking,
): Promise<boolean> {
  const values = { senders: senders.join(' '), ports: [GOSSIP_PORT, dataPathPort].join(' ') };
  return lines(await script(host, 'swarm/probe-listen.sh', values, { signal })).includes('deaf');
}

/** Sends to all of these, words like "192.0.2.7/7946", at the same time. */
export async function sendProbes(
  host: Host,
  { datagrams, connections }: { readonly datagrams: readonly string[]; readonly connections: readonly string[] },
  { signal }: Asking,
): Promise<{ readonly unanswered: readonly string[]; readonly isMute: boolean }> {
  const values = { datagrams: datagrams.join(' '), connections: connections.join(' ') };
  const said = lines(await script(host, 'swarm/probe-send.sh', values, { signal }));
  return { unanswered: said.filter((line) => line !== 'mute'), isMute: said.includes('mute') };
}

/** "ADDRESS PORT" of each sender that nothing has come from; the host listens no more. */
export async function probesHeard(host: Host, { signal }: Asking): Promise<readonly string[]> {
  return lines(await script(host, 'swarm/probe-heard.sh', {}, { signal }));
}

/** Whether the engine's packages have a newer version where they come from; undefined where nobody can tell. */
export async function hasNewerEngine(host: Host, { signal }: Asking): Promise<boolean | undefined> {
  const answer = await script(host, 'swarm/newer.sh', {}, { signal, timeoutMs: LISTS_WITHIN_MS });
  return answer.includes('newer') ? true : answer.includes('none') ? false : undefined;
}

/** Keeps a copy of the raft store on the manager itself. */
export async function backUpRaft(host: Host, now: Date, { signal }: Asking): Promise<void> {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  await script(host, 'swarm/backup.sh', { time }, { signal, timeoutMs: BACKUP_WITHIN_MS });
}

async function script(
  host: Host,
  template: string,
  values: Readonly<Record<string, string>>,
  options: Asking & { readonly timeoutMs?: number },
): Promise<string> {
  const file = { path: 'run.sh', content: renderTemplate(template, values), mode: 0o700 };
  return (await host.deliver([file], 'run.sh', { sudo: true, timeoutMs: WITHIN_MS, ...options })).stdout;
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
