import { isIP } from 'node:net';
import type { FirewallFacts, InterfaceFacts } from './facts.js';

export interface HostFacts {
  readonly interfaces: readonly InterfaceFacts[];
  /** CIDR. */
  readonly routes: readonly string[];
  readonly firewall?: FirewallFacts;
  /** vmxnet3 cards whose checksum offload is on. */
  readonly offloadCards: readonly string[];
  /** As MachineFacts.espFlaw. */
  readonly espFlaw?: string;
}

/** Cards that engines and their networks make, and loopback. */
const NOT_THE_HOSTS = /^(lo|docker\d*|docker_gwbridge|br-[0-9a-f]{12}|veth.*|vxlan.*|vx-.*|ov-.*|cni.*)$/;

/** What templates/swarm/facts.sh prints. */
export function parseHostFacts(text: string): HostFacts {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const of = (kind: string): string[][] => lines.flatMap(([first, ...rest]) => (first === kind ? [rest] : []));
  const addresses = of('address').flatMap(parseAddress);
  const [firewall] = of('firewall');
  const [esp] = of('esp');
  return {
    interfaces: of('mtu').flatMap(([name = '', mtu]) => {
      if (NOT_THE_HOSTS.test(name)) return [];
      const own = addresses.filter((one) => one.card === name).map(({ address, prefix }) => ({ address, prefix }));
      return own.length === 0 ? [] : [{ name, mtu: Number(mtu) || 1500, addresses: own }];
    }),
    routes: [...new Set(of('route').flatMap(parseRoute))],
    ...(firewall ? { firewall: { manager: firewall[0] === 'manager', members: firewall.slice(1).sort() } } : {}),
    offloadCards: of('offload').flatMap(([name]) => (name === undefined ? [] : [name])),
    ...(esp ? { espFlaw: esp.join(' ') } : {}),
  };
}

/** `2: eth0    inet 192.0.2.7/24 brd … scope global eth0`, as `ip -o addr` has it. */
function parseAddress(words: readonly string[]): { card: string; address: string; prefix: number }[] {
  const [, card = '', family = '', text = ''] = words;
  const [address = '', prefix] = text.split('/');
  if (!family.startsWith('inet') || isIP(address) === 0 || words.includes('link')) return [];
  const length = prefix === undefined ? (isIP(address) === 4 ? 32 : 128) : Number(prefix);
  return [{ card: card.replace(/@.*$|:$/, ''), address, prefix: length }];
}

/** `192.0.2.0/24 dev eth0 …`; of a default route nothing follows. */
function parseRoute(words: readonly string[]): string[] {
  const first = /^(unreachable|blackhole|prohibit|throw|unicast|local)$/.test(words[0] ?? '') ? words[1] : words[0];
  const [address = '', prefix] = (first ?? '').split('/');
  const family = isIP(address);
  if (family === 0 || /^fe80:/i.test(address)) return [];
  return [`${address}/${prefix ?? (family === 4 ? 32 : 128)}`];
}
