import { isFault } from '../../src/cloud/fault.js';
import { object, text } from '../../src/cloud/found.js';
import { firstInStock } from '../../src/cloud/stock.js';
import { together } from '../../src/cloud/together.js';
import type { NewHost } from '../../src/driver.js';
import { isMachineError } from '../../src/errors.js';
import { connect, type Api, type Context } from './client.js';
import { ensure } from './ensure.js';
import { ensureFloatingIp } from './floating.js';
import { addRules, ensureGroup, findGroup } from './groups.js';
import type { OpenstackMachine } from './handle.js';
import { identityOf } from './identity.js';
import { ensureKey, keyNameOf } from './keys.js';
import { checkRest, lookUp, type Plan, type Try } from './lookup.js';
import type { OpenstackOptions } from './options.js';
import { PING, rulesOf } from './rules.js';
import { serverBody } from './server-body.js';
import { ownServers, removeServer, untilPlaced } from './servers.js';
import { checkOptions, firstPorts, userDataOf, wantsVolume } from './settings.js';
import { idOf, items, nameOf } from './values.js';
import { ensureVolume, removeVolume, untilAvailable, volumeNameOf } from './volumes.js';

type Host = NewHost<OpenstackOptions>;

/** Whatever can be refused before anything costs money. */
export async function check(host: Host, context: Context): Promise<void> {
  const { options } = host;
  checkOptions(options, context.report);
  await userDataOf(host);
  const api = await connect(identityOf(options), context);
  const [plan, checkLimits] = await together([lookUp(options, api), checkRest(options, api)]);
  try {
    checkLimits(plan);
  } catch (error) {
    // The server of an interrupted create is counted already.
    if (!isMachineError(error, 'QuotaReached') || (await ownServers(host, api)).length === 0) throw error;
  }
  const [{ type, image }] = plan.tries;
  const { 'flavor-name': name, 'flavor-id': id } = options;
  if (!name && !id) context.report.info(`flavor "${type}", image "${nameOf(image)}"`);
}

interface Making {
  readonly host: Host;
  readonly context: Context;
  readonly api: Api;
  /** An earlier call may have made something. */
  readonly isLookedFor: boolean;
  readonly machine: () => OpenstackMachine;
  readonly keep: (more: Partial<OpenstackMachine>) => Promise<void>;
}

/** Whatever is asked for again is looked for first: nothing is there twice. */
export async function create(host: Host, context: Context, kept?: OpenstackMachine): Promise<OpenstackMachine> {
  const api = await connect(kept?.identity ?? identityOf(host.options), context);
  let machine = kept ?? planned(host, api);
  const keep = async (more: Partial<OpenstackMachine>): Promise<void> => {
    machine = { ...machine, ...more };
    await context.keep(machine);
  };
  const making: Making = { host, context, api, isLookedFor: kept !== undefined, machine: () => machine, keep };
  await keep({});
  const wantsAddress = Boolean(host.options['floatingip-pool']);
  if (machine.serverId !== '') await placed(making, '');
  if (machine.serverId !== '' && !(wantsAddress && machine.floatingIpId === '')) return machine;
  const plan = await lookUp(host.options, api);
  if (machine.serverId === '') await makeServer(making, plan);
  if (wantsAddress) await makeAddress(making, plan);
  return machine;
}

function planned(host: Host, api: Api): OpenstackMachine {
  const { name, id, store, options } = host;
  return {
    ...{ identity: api.identity, project: api.project, name, id, store, serverId: '', madeAt: '' },
    keyName: keyNameOf(host),
    ...{ groupId: '', volumeId: '', floatingIpId: '', floatingIp: '', network: '' },
    volumeName: wantsVolume(options) && !options['volume-keep'] ? volumeNameOf(host) : '',
    ipVersion: options['ip-version'],
    sshUser: options['ssh-user'],
    sshPort: options['ssh-port'],
  };
}

async function makeServer(making: Making, plan: Plan): Promise<void> {
  const { host, api, machine, context } = making;
  const { keyName } = machine();
  await together([keyName === '' ? undefined : ensureKey(host, keyName, api), makeGroup(making)]);
  const userData = await userDataOf(host);
  await firstInStock(plan.tries, context.report, async (one) => {
    const volume = await makeVolume(making, one);
    const body = serverBody(host, {
      ...{ plan, one, userData, volume },
      keyName: keyName || (host.options['keypair-name'] ?? ''),
      groupId: machine().groupId,
    });
    await serverOf(making, body, nameOf(plan.networks[0]));
    await placed(making, volume?.isOwn ? volume.id : '');
  });
}

/** With sshd's port open before the server is there. */
async function makeGroup({ host, api, isLookedFor, machine, keep }: Making): Promise<void> {
  if (items(host.options['sec-groups']).length > 0) return;
  const { groupId } = machine();
  const known = groupId === '' ? undefined : await findGroup(groupId, api);
  const group = known ?? (await ensureGroup({ owner: host, isLookedFor }, api));
  if (idOf(group) !== groupId) await keep({ groupId: idOf(group) });
  await addRules(group, [...firstPorts(host.options).flatMap(rulesOf), ...PING], api);
}

async function makeVolume(
  { host, api, isLookedFor, keep }: Making,
  one: Try,
): Promise<{ readonly id: string; readonly isOwn: boolean } | undefined> {
  const { options } = host;
  if (!wantsVolume(options)) return options['volume-id'] ? { id: options['volume-id'], isOwn: false } : undefined;
  const isOwn = !options['volume-keep'];
  const id = await ensureVolume(host, { one, isLookedFor, api });
  if (isOwn) await keep({ volumeId: id });
  await untilAvailable(id, api);
  return { id, isOwn };
}

async function serverOf(
  { host, api, context, isLookedFor, keep }: Making,
  body: object,
  network: string,
): Promise<void> {
  const server = await ensure(
    {
      isLookedFor,
      find: async () => (await ownServers(host, api))[0],
      make: async () => object((await api.post('compute', '/servers', body))['server']),
    },
    api,
  );
  await keep({ serverId: idOf(server), madeAt: context.now().toISOString(), network });
}

/** A server that finds no place is removed, and the volume that was made for it in the same zone, before the next attempt. */
async function placed({ host, api, machine, keep }: Making, volumeId: string): Promise<void> {
  const { serverId } = machine();
  try {
    await untilPlaced(serverId, host.options['active-timeout'] * 1_000, api);
  } catch (error) {
    if (!isFault(error, 'stock')) throw error;
    await removeServer(serverId, api);
    await keep({ serverId: '', madeAt: '' });
    if (volumeId !== '') await removeVolume(volumeId, api);
    if (volumeId !== '') await keep({ volumeId: '' });
    throw error;
  }
}

async function makeAddress({ host, api, isLookedFor, machine, keep }: Making, plan: Plan): Promise<void> {
  const found = await ensureFloatingIp(
    {
      ...{ owner: host, serverId: machine().serverId, isLookedFor },
      poolId: idOf(plan.pool),
      networkId: idOf(plan.networks[0]),
      withinMs: host.options['active-timeout'] * 1_000,
    },
    api,
  );
  await keep({ floatingIpId: idOf(found), floatingIp: text(found['floating_ip_address']) });
}
