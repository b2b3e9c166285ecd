import type { TagDescription } from '@aws-sdk/client-ec2';
import { ownerOf, TAG } from '../../src/cloud/owner.js';
import type { Owned } from '../../src/driver.js';
import { connect, pages, type Ask, type Context } from './client.js';
import { instancesBy } from './instances.js';
import type { Ec2Options } from './options.js';
import { cancelSpotRequests, deleteGroup, terminate, unlessGone, untilTerminated } from './remove.js';
import { placeOf } from './settings.js';
import { tagsIn } from './tags.js';

/** EC2's words for what can carry berth's tags, and ours, in the order in which they can be removed. */
const KINDS: Readonly<Record<string, string>> = {
  'spot-instances-request': 'spot request',
  instance: 'instance',
  'network-interface': 'network interface',
  volume: 'volume',
  'key-pair': 'key pair',
  'security-group': 'security group',
};
const ORDER = Object.values(KINDS);

/** All tagged resources by one question, less the instances and requests that have ended: they keep their tags for an hour. */
export async function owned(options: Ec2Options, context: Context): Promise<readonly Owned[]> {
  const ask = connect(placeOf(options), context);
  const [tags, living] = await Promise.all([describeTags(ask), livingIds(ask)]);
  const byResource = new Map<string, TagDescription[]>();
  for (const tag of tags) {
    const id = tag.ResourceId ?? '';
    byResource.set(id, [...(byResource.get(id) ?? []), tag]);
  }
  const found = [...byResource].flatMap(([id, its]): Owned[] => {
    const type: string = its[0]?.ResourceType ?? '';
    const [kind, owner] = [KINDS[type], ownerOf(tagsIn(its))];
    const hasEnded = (type === 'instance' || type === 'spot-instances-request') && !living.has(id);
    return kind === undefined || !owner || hasEnded ? [] : [{ kind, id, ...owner }];
  });
  return found.sort(inOrder);
}

function describeTags(ask: Ask): Promise<readonly TagDescription[]> {
  const Filters = [{ Name: 'key', Values: Object.values(TAG) }];
  return pages(
    (NextToken) =>
      ask((ec2, how) => ec2.describeTags({ Filters, ...(NextToken === undefined ? {} : { NextToken }) }, how)),
    ({ Tags: tags }) => tags,
  );
}

async function livingIds(ask: Ask): Promise<ReadonlySet<string>> {
  const mine = { Name: 'tag-key', Values: [TAG.id] };
  const states = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };
  const active = { Name: 'state', Values: ['open', 'active'] };
  const [instances, requests] = await Promise.all([
    instancesBy([mine, states], ask),
    ask((ec2, how) => ec2.describeSpotInstanceRequests({ Filters: [mine, active] }, how)),
  ]);
  return new Set([
    ...instances.map(({ InstanceId: id = '' }) => id),
    ...(requests.SpotInstanceRequests ?? []).map(({ SpotInstanceRequestId: id = '' }) => id),
  ]);
}

/** Instances take their volumes and network interfaces with them, and let go of their groups. */
export async function discard(all: readonly Owned[], options: Ec2Options, context: Context): Promise<void> {
  const ask = connect(placeOf(options), context);
  const rank = ORDER.indexOf('instance');
  const sorted = [...all].sort(inOrder);
  const instances = sorted.filter(({ kind }) => kind === 'instance').map(({ id }) => id);
  for (const one of sorted.filter(({ kind }) => ORDER.indexOf(kind) <= rank)) await discardOne(one, ask, context);
  await untilTerminated(instances, ask, context);
  for (const one of sorted.filter(({ kind }) => ORDER.indexOf(kind) > rank)) await discardOne(one, ask, context);
}

function inOrder(one: Owned, other: Owned): number {
  return ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || one.id.localeCompare(other.id);
}

async function discardOne({ kind, id }: Owned, ask: Ask, context: Context): Promise<unknown> {
  switch (kind) {
    case 'spot request':
      return cancelSpotRequests([id], ask);
    case 'instance':
      return terminate([id], ask);
    case 'network interface':
      return unlessGone(() => ask((ec2, how) => ec2.deleteNetworkInterface({ NetworkInterfaceId: id }, how)));
    case 'volume':
      return unlessGone(() => ask((ec2, how) => ec2.deleteVolume({ VolumeId: id }, how)));
    case 'key pair':
      return unlessGone(() => ask((ec2, how) => ec2.deleteKeyPair({ KeyPairId: id }, how)));
    case 'security group':
      return deleteGroup(id, ask, context);
  }
}
