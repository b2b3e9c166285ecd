import { TYPES } from './catalog.js';
import { groupOf } from './groups.js';
import type { Life } from './life.js';
import { Refused } from './model.js';
import type { Input } from './query.js';
import { tagSet } from './tags.js';
import { checkFilters, filtered, type Instance, type SpotRequest, type Thing, type World } from './world.js';

const CODES = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 } as const;

export function instanceXml(world: World, instance: Instance): object {
  const { id, request, state, reason, zone, tags, publicAddress } = instance;
  const isAlive = state !== 'terminated' && state !== 'shutting-down';
  const type = String(request['InstanceType']);
  return {
    ...{ InstanceId: id, ImageId: request['ImageId'], InstanceType: type, KeyName: request['KeyName'] },
    ...{ State: { Code: CODES[state], Name: state }, Placement: { AvailabilityZone: zone }, Architecture: TYPES[type] },
    ...{ ClientToken: request['ClientToken'], Tags: tagSet(tags) },
    ...(reason ? { StateReason: reason } : {}),
    ...(instance.spotRequestId === ''
      ? {}
      : { SpotInstanceRequestId: instance.spotRequestId, InstanceLifecycle: 'spot' }),
    ...(isAlive ? networkXml(world, instance) : {}),
    ...(publicAddress && state !== 'stopped' && isAlive ? { PublicIpAddress: publicAddress } : {}),
  };
}

function networkXml(world: World, { interfaceId, groups, subnetId, privateAddress, ipv6 }: Instance): object {
  const named = groups.map((id) => ({ GroupId: id, GroupName: world.groups.get(id)?.name }));
  const addresses = ipv6.map((address) => ({ Ipv6Address: address }));
  return {
    ...{ PrivateIpAddress: privateAddress, SubnetId: subnetId, SecurityGroups: named },
    NetworkInterfaces: [
      {
        ...{ NetworkInterfaceId: interfaceId, OwnerId: world.settings.account, Groups: named },
        ...{ Ipv6Addresses: addresses, Attachment: { DeviceIndex: 0 } },
      },
    ],
  };
}

export function describeInstances(world: World, input: Input, life: Life): object {
  checkFilters(input, ['instance-id', 'instance-state-name', 'client-token', 'vpc-id']);
  const wanted = input['InstanceIds'] as readonly string[] | undefined;
  const all = world.visible(world.instances.values());
  const lost = wanted?.find((id) => !all.some((instance) => instance.id === id));
  if (lost !== undefined) throw notFound(lost);
  const fields = ({ id, state, request }: Instance): Record<string, string[]> => ({
    ...{ 'instance-id': [id], 'instance-state-name': [state], 'client-token': [String(request['ClientToken'])] },
  });
  const found = filtered(all, input, fields, ({ tags }) => tags).filter(({ id }) => !wanted || wanted.includes(id));
  for (const instance of found) life.polled(world, instance);
  return { Reservations: found.map((instance) => ({ Instances: [instanceXml(world, instance)] })) };
}

function notFound(id: string): Refused {
  return new Refused('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
}

function instancesIn(world: World, input: Input): readonly Instance[] {
  return (input['InstanceIds'] as readonly string[]).map((id) => {
    const instance = world.instances.get(id);
    if (!/^i-[0-9a-f]+$/.test(id)) throw new Refused('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
    if (!instance || !world.isVisible(instance)) throw notFound(id);
    return instance;
  });
}

export function startInstances(world: World, input: Input, life: Life): object {
  const instances = instancesIn(world, input);
  const wrong = instances.find(({ state }) => !['stopped', 'pending', 'running'].includes(state));
  if (wrong) throw wrongState(wrong, 'started');
  for (const instance of instances) if (instance.state === 'stopped') life.start(world, instance);
  return { StartingInstances: instances.map(stateXml) };
}

export function stopInstances(world: World, input: Input, life: Life): object {
  const instances = instancesIn(world, input);
  if (instances.some(({ spotRequestId }) => spotRequestId !== ''))
    throw new Refused(
      'UnsupportedOperation',
      "You can't stop the Spot Instance because it is associated with a one-time Spot Instance request.",
    );
  const wrong = instances.find(({ state }) => ['pending', 'shutting-down', 'terminated'].includes(state));
  if (wrong) throw wrongState(wrong, 'stopped');
  for (const instance of instances)
    if (instance.state === 'running') life.stop(world, instance, input['Force'] === true);
  return { StoppingInstances: instances.map(stateXml) };
}

export function terminateInstances(world: World, input: Input, life: Life): object {
  const instances = instancesIn(world, input);
  for (const instance of instances)
    if (instance.state !== 'terminated' && instance.state !== 'shutting-down') life.end(world, instance);
  return { TerminatingInstances: instances.map(stateXml) };
}

function wrongState({ id, state }: Instance, verb: string): Refused {
  return new Refused(
    'IncorrectInstanceState',
    `The instance '${id}' is not in a state from which it can be ${verb} (${state}).`,
  );
}

function stateXml({ id, state }: Instance): object {
  return { InstanceId: id, CurrentState: { Code: CODES[state], Name: state } };
}

/** The newest output is to be had of Nitro instances alone; t2 is not one. */
export function getConsoleOutput(world: World, input: Input): object {
  const [instance] = instancesIn(world, { InstanceIds: [input['InstanceId']] });
  if (input['Latest'] === true && String(instance?.request['InstanceType']).startsWith('t2.'))
    throw new Refused(
      'UnsupportedOperation',
      'This instance type does not support retrieving the latest console logs.',
    );
  const Output = Buffer.from(instance?.console ?? '').toString('base64');
  return { InstanceId: instance?.id, Timestamp: new Date(0), Output };
}

export function modifyNetworkInterfaceAttribute(world: World, input: Input): object {
  const instance = [...world.instances.values()].find(({ interfaceId }) => interfaceId === input['NetworkInterfaceId']);
  if (!instance)
    throw new Refused(
      'InvalidNetworkInterfaceID.NotFound',
      `The networkInterface ID '${String(input['NetworkInterfaceId'])}' does not exist`,
    );
  instance.groups = ((input['Groups'] ?? []) as readonly string[]).map((id) => groupOf(world, id).id);
  return {};
}

export function describeSpotInstanceRequests(world: World, input: Input): object {
  checkFilters(input, ['state', 'instance-id', 'spot-instance-request-id']);
  const fields = ({ id, state, instanceId }: SpotRequest): Record<string, string[]> => ({
    ...{ state: [state], 'instance-id': [instanceId], 'spot-instance-request-id': [id] },
  });
  const found = filtered(world.visible(world.requests.values()), input, fields, ({ tags }) => tags);
  return {
    SpotInstanceRequests: found.map(({ id, state, instanceId, tags }) => ({
      ...{ SpotInstanceRequestId: id, State: state, InstanceId: instanceId, Tags: tagSet(tags) },
    })),
  };
}

export function cancelSpotInstanceRequests(world: World, input: Input): object {
  const requests = (input['SpotInstanceRequestIds'] as readonly string[]).map((id) => {
    const request = world.requests.get(id);
    if (!request)
      throw new Refused('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${id}' does not exist`);
    request.state = 'cancelled';
    return request;
  });
  return {
    CancelledSpotInstanceRequests: requests.map(({ id, state }) => ({ SpotInstanceRequestId: id, State: state })),
  };
}

export function describeTags(world: World, input: Input): object {
  checkFilters(input, ['key', 'value', 'resource-id', 'resource-type']);
  const all = world.visible(world.things()).flatMap((thing: Thing) =>
    Object.entries(thing.tags).map(([Key, Value]) => ({
      Key,
      Value,
      ResourceId: thing.id,
      ResourceType: thing.type,
    })),
  );
  type Tag = (typeof all)[number];
  const fields = ({ Key, Value, ResourceId, ResourceType }: Tag): Record<string, string[]> => ({
    ...{ key: [Key], value: [Value], 'resource-id': [ResourceId], 'resource-type': [ResourceType] },
  });
  return { Tags: filtered(all, input, fields) };
}

/** Volumes and network interfaces that are in use stay. */
export function deletePart(world: World, id: string, code: string): object {
  const part = world.parts.get(id);
  if (!part) throw new Refused(code, `The ID '${id}' does not exist`);
  throw new Refused('VolumeInUse', `${id} is currently attached to ${part.instanceId}`);
}
