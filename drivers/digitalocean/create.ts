import { firstInStock } from '../../src/cloud/stock.js';
import type { NewHost } from '../../src/driver.js';
import { connect, idOf, type Api, type Context } from './client.js';
import { listDroplets, makeDroplet } from './droplets.js';
import { ensureFirewall, join } from './firewall.js';
import type { DropletMachine } from './handle.js';
import { ensureKey, keyOf, type WantedKey } from './keys.js';
import type { DropletOptions } from './options.js';
import { machineTag } from './owner.js';
import { ruleOf } from './rules.js';
import { candidatesOf, endpointOf, firstPorts, isGpu, wantsFirewall } from './settings.js';
import { reachOf } from './stored.js';

type Host = NewHost<DropletOptions>;
type Keep = (more: Partial<DropletMachine>) => Promise<void>;

export async function create(host: Host, context: Context, kept?: DropletMachine): Promise<DropletMachine> {
  const { options } = host;
  const wantedKey = await keyOf(host);
  const api = await connect({ endpoint: endpointOf(options), context: kept?.context ?? '' }, context);
  let machine = kept ?? (await planned(host, wantedKey, api));
  const keep: Keep = async (more) => {
    machine = { ...machine, ...more };
    await context.keep(machine);
  };
  await keep({});
  if (kept && kept.dropletId === 0) await keepFound(host, { api, keep, context });
  if (machine.dropletId === 0) {
    const key = await makeKey(host, wantedKey, { api, keep });
    await firstInStock(candidatesOf(options), context.report, async (candidate) => {
      const dropletId = await makeDroplet(host, { candidate, keys: [key] }, api);
      await keep({ dropletId, madeAt: context.now().toISOString() });
    });
  }
  const { dropletId, firewallId } = machine;
  if (wantsFirewall(options) && firewallId === '') {
    const rules = firstPorts(options).map(ruleOf);
    await keep({ firewallId: await ensureFirewall(machine, rules, api) });
  }
  for (const id of options.firewalls) await join(id, dropletId, api);
  return machine;
}

/** What an answer that was lost has made. */
async function keepFound(
  host: Host,
  { api, keep, context }: { api: Api; keep: Keep; context: Context },
): Promise<void> {
  const wanted = { tag: machineTag(host), isGpu: isGpu(candidatesOf(host.options)) };
  const [found] = await listDroplets(wanted, api);
  if (found) await keep({ dropletId: idOf(found), madeAt: context.now().toISOString() });
}

async function planned(host: Host, key: WantedKey, api: Api): Promise<DropletMachine> {
  const { name, id, store, options } = host;
  const team = await api.team();
  return {
    ...api.account,
    ...{ team, name, id, store, dropletId: 0, madeAt: '' },
    keyId: 0,
    keyFingerprint: 'fingerprint' in key ? key.fingerprint : '',
    firewallId: '',
    isGpu: isGpu(candidatesOf(options)),
    reach: reachOf(options),
    sshUser: options['ssh-user'],
    sshPort: options['ssh-port'],
  };
}

/** What the droplet's request names the key by; one that was made for this machine is on record. */
async function makeKey(host: Host, key: WantedKey, { api, keep }: { api: Api; keep: Keep }): Promise<number | string> {
  if ('existing' in key) return /^\d+$/.test(key.existing) ? Number(key.existing) : key.existing;
  const { id, isOwn } = await ensureKey(host, key, api);
  // Somebody else's is not looked for when the machine is removed.
  await keep(isOwn ? { keyId: id } : { keyFingerprint: '' });
  return id;
}
