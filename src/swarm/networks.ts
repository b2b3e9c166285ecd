import { poll } from '../poll.js';
import { member } from '../json.js';
import { listOf, objectAt, textAt } from './answers.js';
import type { SwarmEngine } from './engine.js';
import type { IngressFacts, MachineFacts } from './facts.js';

const MTU = 'com.docker.network.driver.mtu';
const INGRESS = 'ingress';
const BRIDGE = 'docker_gwbridge';
/** Every node takes its part of the network away first. In milliseconds. */
const REMOVED_WITHIN_MS = 60_000;

/** Undefined when there is none. Asked of a manager. */
export async function readIngress(engine: SwarmEngine): Promise<IngressFacts | undefined> {
  const networks = listOf(await engine.call({ method: 'GET', path: '/networks' }));
  const ingress = networks.find((network) => member(network, 'Ingress') === true);
  if (ingress === undefined) return undefined;
  const options = objectAt(ingress, 'Options');
  const services = listOf(await engine.call({ method: 'GET', path: '/services' }));
  const used = services.some((service) =>
    listOf(member(objectAt(service, 'Endpoint'), 'Ports')).some((port) => textAt(port, 'PublishMode') === 'ingress'),
  );
  return { ...mtuOf(options), encrypted: 'encrypted' in options, used };
}

export async function readBridge(engine: SwarmEngine): Promise<MachineFacts['bridge']> {
  const network = await engine.call({ method: 'GET', path: `/networks/${BRIDGE}`, mayBeMissing: true });
  if (network === undefined) return undefined;
  const [config] = listOf(member(objectAt(network, 'IPAM'), 'Config'));
  return { ...mtuOf(objectAt(network, 'Options')), subnet: textAt(config, 'Subnet') };
}

export interface IngressWish {
  readonly mtu: number;
  readonly encrypted: boolean;
}

/** Replaces the ingress network; an engine refuses that while a service publishes ports. */
export async function replaceIngress(engine: SwarmEngine, wish: IngressWish, signal: AbortSignal): Promise<void> {
  await engine.call({ method: 'DELETE', path: `/networks/${INGRESS}`, mayBeMissing: true });
  await poll(
    async () => {
      const network = await engine.call({ method: 'GET', path: `/networks/${INGRESS}`, mayBeMissing: true });
      return network === undefined ? true : undefined;
    },
    { what: 'the ingress network to be gone', withinMs: REMOVED_WITHIN_MS, everyMs: 100, signal },
  );
  const Options = { [MTU]: String(wish.mtu), ...(wish.encrypted ? { encrypted: '' } : {}) };
  const body = { Name: INGRESS, Driver: 'overlay', Ingress: true, Attachable: false, Options };
  await engine.call({ method: 'POST', path: '/networks/create', body });
}

export interface BridgeWish {
  readonly mtu: number;
  readonly subnet: string;
  readonly replace: boolean;
}

/** What leaves the overlay networks of a host goes through this one; the engine makes it with the usual MTU otherwise. */
export async function makeBridge(engine: SwarmEngine, { mtu, subnet, replace }: BridgeWish): Promise<void> {
  if (replace) await engine.call({ method: 'DELETE', path: `/networks/${BRIDGE}`, mayBeMissing: true });
  const Options = {
    'com.docker.network.bridge.name': BRIDGE,
    'com.docker.network.bridge.enable_icc': 'false',
    'com.docker.network.bridge.enable_ip_masquerade': 'true',
    [MTU]: String(mtu),
  };
  const body = { Name: BRIDGE, Driver: 'bridge', IPAM: { Config: [{ Subnet: subnet }] }, Options };
  await engine.call({ method: 'POST', path: '/networks/create', body });
}

function mtuOf(options: object): { mtu?: number } {
  const mtu = Number(textAt(options, MTU));
  return mtu > 0 ? { mtu } : {};
}
