import type { Instance, Metadata, Tags } from '../../../drivers/google/api.js';
import { exists, invalid, notFound, refusal } from './answers.js';
import { faultOfInstance } from './instance-rules.js';
import { isSeen, listed, operate, type Asked, type Handler } from './request.js';
import { advance, PROJECT, zoneUrl, type Kept, type StoodInstance, type World } from './world.js';

const pathOf = ({ at: { zone = '', instance = '' } }: Asked): string =>
  `projects/${PROJECT}/zones/${zone}/instances/${instance}`;

function kept({ at: { zone, instance }, world }: Asked): Kept<StoodInstance> | undefined {
  return world.instances.get(`${zone}/${instance}`);
}

/** What is done to an instance that exists, and its operation. */
function change(type: string, work: (one: Kept<StoodInstance>, asked: Asked) => () => Promise<void> | void): Handler {
  return (asked) => {
    const one = kept(asked);
    if (!one) return notFound(pathOf(asked));
    return operate(asked, { operationType: type, targetLink: pathOf(asked), finish: work(one, asked) });
  };
}

export const INSTANCES: Readonly<Record<string, Handler>> = {
  'Instances.Insert': insert,
  'Instances.Get': async (asked) => {
    const one = kept(asked);
    await passTime(asked.world, pathOf(asked));
    return one && isSeen(one) && kept(asked) ? { status: 200, body: one.value } : notFound(pathOf(asked));
  },
  'Instances.List': (asked) => {
    const { at, world } = asked;
    const all = [...world.instances].filter(([key]) => key.startsWith(`${at['zone']}/`)).map(([, one]) => one);
    return listed(asked, all);
  },
  'Instances.AggregatedList': (asked) => listed(asked, [...asked.world.instances.values()], 'instances'),
  'Instances.Delete': change('delete', ({ value }, asked) => {
    const {
      at: { zone, instance },
      world,
    } = asked;
    const path = pathOf(asked);
    value.status = 'STOPPING';
    return async () => {
      world.instances.delete(`${zone}/${instance}`);
      for (const [key, disk] of world.disks) if (String(disk.value['users']) === path) world.disks.delete(key);
      await world.machinery?.remove(`${zone}/${instance}`);
    };
  }),
  'Instances.Stop': change('stop', ({ value }, { at: { zone, instance }, world }) => {
    value.status = 'STOPPING';
    return async () => {
      value.status = 'TERMINATED';
      addressOf(value, undefined);
      await world.machinery?.stop(`${zone}/${instance}`, 'shutdown');
    };
  }),
  'Instances.Start': change('start', ({ value }, { at: { zone, instance }, world }) => {
    value.status = 'STAGING';
    return async () => {
      addressOf(value, (await world.machinery?.start(`${zone}/${instance}`)) ?? nextAddress(world));
      value.status = 'RUNNING';
    };
  }),
  'Instances.SetTags': (asked) => changed(asked, 'tags', asked.body as Tags),
  'Instances.SetMetadata': (asked) => changed(asked, 'metadata', asked.body as Metadata),
  'Instances.GetSerialPortOutput': (asked) => {
    const one = kept(asked);
    if (!one) return notFound(pathOf(asked));
    if (one.value.status !== 'RUNNING') return invalid('The resource is not ready');
    const whole = one.value.console ?? 'login: ';
    const start = Number(asked.query.get('start') ?? 0);
    return { status: 200, body: { contents: start < 0 ? whole.slice(start) : whole, start: '0', next: '9' } };
  },
};

function changed(
  asked: Asked,
  field: 'tags' | 'metadata',
  next: { readonly fingerprint?: string },
): ReturnType<Handler> {
  const one = kept(asked);
  if (!one) return notFound(pathOf(asked));
  if (next.fingerprint !== one.value[field].fingerprint)
    return refusal(412, 'conditionNotMet', 'Supplied fingerprint does not match current metadata fingerprint.');
  const finish = (): void =>
    void Object.assign(one.value, { [field]: { ...next, fingerprint: `${String(next.fingerprint)}A` } });
  return operate(asked, { operationType: `set ${field}`, targetLink: pathOf(asked), finish });
}

function insert(asked: Asked): ReturnType<Handler> {
  const { at, world } = asked;
  const { zone = '' } = at;
  const wanted = asked.body as Instance & { name: string };
  const key = `${zone}/${wanted.name}`;
  const fault = faultOfInstance(wanted, zone);
  if (fault !== undefined) return invalid(fault);
  const path = `projects/${PROJECT}/zones/${zone}/instances/${wanted.name}`;
  if (world.instances.has(key)) return exists(path);
  const disk = wanted.disks?.[0]?.initializeParams.diskName;
  if (world.disks.has(`${zone}/${disk}`)) return exists(`projects/${PROJECT}/zones/${zone}/disks/${disk}`);
  const type = wanted.machineType?.split('/').at(-1) ?? '';
  const failure = world.failures.shift();
  const isDry = failure !== undefined || world.dry.has(zone) || world.dry.has(`${zone}/${type}`);
  if (!isDry) make(wanted, zone, world);
  const answer = operate(asked, {
    operationType: 'insert',
    targetLink: path,
    finish: () => (isDry ? undefined : boot(wanted, zone, world)),
  });
  const operation = [...world.operations.values()].at(-1);
  if (isDry && operation)
    operation.error = { errors: [failure === undefined ? OUT_OF_STOCK : { code: failure, message: 'No.' }] };
  return answer;
}

const OUT_OF_STOCK = {
  code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS',
  message: 'The zone does not have enough resources available to fulfill the request, try a different zone.',
};

function make(wanted: Instance & { name: string }, zone: string, world: World): void {
  const value = {
    ...structuredClone(wanted),
    id: String(7_000_000_000_000_000_000n + BigInt(world.instances.size)),
    status: 'PROVISIONING',
    zone: zoneUrl(zone),
    tags: { fingerprint: 'AA==', items: [...(wanted.tags?.items ?? [])] },
    metadata: { fingerprint: 'AA==', items: wanted.metadata?.items ?? [] },
    networkInterfaces: structuredClone(wanted.networkInterfaces ?? []),
  } as unknown as StoodInstance;
  world.instances.set(`${zone}/${wanted.name}`, { value, others: false, unseen: world.unseen });
  for (const { initializeParams: disk } of wanted.disks ?? []) {
    const made = { name: disk.diskName, zone: zoneUrl(zone), labels: disk.labels, description: disk.description };
    const users = [`projects/${PROJECT}/zones/${zone}/instances/${wanted.name}`];
    world.disks.set(`${zone}/${disk.diskName}`, { value: { ...made, users }, others: false, unseen: 0 });
  }
}

async function boot(wanted: Instance & { name: string }, zone: string, world: World): Promise<void> {
  const one = world.instances.get(`${zone}/${wanted.name}`);
  if (!one) return;
  const metadata = Object.fromEntries((wanted.metadata?.items ?? []).map(({ key = '', value = '' }) => [key, value]));
  const booted = await world.machinery?.boot({
    id: `${zone}/${wanted.name}`,
    name: wanted.name,
    userData: metadata['user-data'] ?? '',
    loginKeys: (metadata['ssh-keys'] ?? '').split('\n').map((line) => line.replace(/^[^:]*:/, '')),
  });
  addressOf(one.value, booted ?? nextAddress(world));
  one.value.status = 'RUNNING';
}

function nextAddress(world: World): string {
  return `203.0.113.${(world.made += 1) % 250}`;
}

/** External where there is an access configuration, and always internal. */
function addressOf(value: StoodInstance, address: string | undefined): void {
  value.networkInterfaces = value.networkInterfaces.map(({ accessConfigs, ...rest }) => ({
    ...rest,
    networkIP: address === undefined ? '10.128.0.2' : accessConfigs ? '10.128.0.2' : address,
    ...(accessConfigs
      ? {
          accessConfigs: accessConfigs.map(({ natIP: _old, ...config }) => ({
            ...config,
            ...(address === undefined ? {} : { natIP: address }),
          })),
        }
      : {}),
  }));
}

/** Whoever looks at an instance sees time pass. */
async function passTime(world: World, path: string): Promise<void> {
  for (const operation of world.operations.values()) if (operation.targetLink === path) await advance(operation);
}
