import { asMachineError, Fault, isFault } from '../../../src/cloud/fault.js';
import { ownerOf, ownerTags, resourceName, TAG } from '../../../src/cloud/owner.js';
import { createRest, statusFault, type Refusal, type Rest } from '../../../src/cloud/rest.js';
import { userData } from '../../../src/cloud/user-data.js';
import {
  defineDriver,
  type AnyDriverSpec,
  type DriverContext,
  type MachineState,
  type NewHost,
  type Owned,
  type PortRule,
} from '../../../src/driver.js';
import { poll } from '../../../src/poll.js';
import type { Json } from '../../../src/record.js';

type ToyMachine = { readonly endpoint: string; readonly key: string; readonly id?: string; readonly madeAt?: number };
type Options = {
  readonly endpoint: string;
};
interface Server {
  readonly id: string;
  readonly status: 'booting' | 'on' | 'off';
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly string[];
}
type Context = DriverContext<ToyMachine>;

/** The driver of the toy cloud: shows what the contract wants of a driver, and is what lifecycle tests make machines with. */
export const toy: AnyDriverSpec = defineDriver({
  name: 'toy',
  title: 'Toy cloud',
  options: {
    endpoint: { kind: 'string', required: true, help: 'where the toy cloud answers' },
    token: { kind: 'string', secret: true, env: 'TOY_TOKEN', help: 'API token' },
  },
  features: { plantsKeys: true, powers: true, ssh: true, local: false },
  toStored: (_options, resource: ToyMachine | undefined) => ({ ...resource }),
  fromStored: ({ endpoint, key, id }) => ({
    options: { endpoint: typeof endpoint === 'string' ? endpoint : '' },
    ...(typeof key === 'string'
      ? { resource: { endpoint, key, ...(id === undefined ? {} : { id }) } as ToyMachine }
      : {}),
  }),
  login: () => ({ user: 'root', port: 22 }),
  load: async () => ({
    check: (host, context) => edge('checking', async () => void (await servers(host.options, context, 'label=none'))),
    create: (host, context, resource) => edge('creating the server', () => create(host, context, resource)),
    state: (machine, context) => edge('asking for states', async () => (await states([machine], context))[0] ?? 'gone'),
    states: (machines, context) => edge('asking for states', () => states(machines, context)),
    target: (machine, context) =>
      edge('asking for the address', () =>
        poll(
          async () => {
            const address = (await find(machine, context))?.address;
            return address ? { host: address, port: 22, user: 'root' } : undefined;
          },
          { what: 'an address', everyMs: 1, withinMs: 5_000, signal: context.signal },
        ),
      ),
    start: (machine, context) => power(machine, 'on', context),
    stop: (machine, context) => power(machine, 'off', context),
    kill: (machine, context) => power(machine, 'cut', context),
    remove: (machine, context) =>
      edge('removing the server', async () => {
        const id = machine.id ?? (await servers(machine, context, `label=${TAG.id}=${idOf(machine)}`))[0]?.id;
        if (id !== undefined) await gone(rest(machine, context)({ method: 'DELETE', path: `/servers/${id}` }));
        await gone(rest(machine, context)({ method: 'DELETE', path: `/keys/${machine.key}` }));
      }),
    consoleTail: async (machine, context) => {
      const { body } = await rest(machine, context)({ method: 'GET', path: `/servers/${machine.id}/console` });
      return (body as { text: string }).text;
    },
    ports: {
      list: async (machine, context) => ((await find(machine, context))?.rules ?? []).map(ruleOf),
      open: (machine, rules, context) =>
        change(machine, context, (old) => [...new Set([...old, ...rules.map(ruleText)])]),
      close: (machine, rules, context) =>
        change(machine, context, (old) => old.filter((one) => !rules.map(ruleText).includes(one))),
    },
    owned: (options, context) => edge('looking for leftovers', () => owned(options, context)),
    discard: (all, options, context) =>
      edge('removing leftovers', async () => {
        for (const kind of ['server', 'key'])
          for (const { id } of all.filter((one) => one.kind === kind))
            await gone(rest(options, context)({ method: 'DELETE', path: `/${kind}s/${id}` }));
      }),
  }),
});

/** Keys are named after the machine's id, so what is kept before the first call leads to everything. */
async function create(host: NewHost<Options>, context: Context, resource?: ToyMachine): Promise<ToyMachine> {
  const { endpoint } = host.options;
  const call = rest(host.options, context);
  const labels = ownerTags(host);
  const key = `${resourceName(host)}-${host.id}`;
  await context.keep(resource ?? { endpoint, key });
  const known = (await call({ method: 'GET', path: '/keys', query: { label: `${TAG.id}=${host.id}` } })).body as Json[];
  if (known.length === 0)
    await call({ method: 'POST', path: '/keys', body: { name: key, text: host.publicKey, labels } }).catch(lost);
  const body = { name: host.name, key, labels, userData: userData({ host, user: 'root', limit: 16_384 }) };
  const mine = async (): Promise<Server | undefined> =>
    (await servers(host.options, context, `label=${TAG.id}=${host.id}`))[0];
  const server = (await mine()) ?? (await call({ method: 'POST', path: '/servers', body }).catch(lost))?.body;
  const { id } =
    (server as Server | undefined) ??
    (await mine()) ??
    ((await call({ method: 'POST', path: '/servers', body })).body as Server);
  const made = { endpoint, key, id, madeAt: resource?.madeAt ?? context.now().getTime() };
  await context.keep(made);
  return made;
}

/** An answer that never came: what happened is looked up. */
function lost(error: unknown): undefined {
  if (!isFault(error, 'unavailable')) throw error;
}

async function gone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isFault(error, 'notFound')) throw error;
  });
}

/** What was made within the last minute is not gone when it is not found: the toy cloud is eventually consistent. */
function isNew({ madeAt = 0 }: ToyMachine, context: Context): boolean {
  return context.now().getTime() - madeAt < 60_000;
}

const idOf = ({ key }: ToyMachine): string => key.split('-').at(-1) ?? '';

async function states(machines: readonly ToyMachine[], context: Context): Promise<readonly MachineState[]> {
  const [first] = machines;
  if (!first) return [];
  const found = await servers(first, context, `ids=${machines.map(({ id }) => id).join(',')}`);
  const words = { booting: 'starting', on: 'running', off: 'stopped' } as const;
  return machines.map((one) => {
    const server = found.find(({ id }) => id === one.id);
    return server ? words[server.status] : isNew(one, context) ? 'unknown' : 'gone';
  });
}

async function find(machine: ToyMachine, context: Context): Promise<Server | undefined> {
  return (await servers(machine, context, `ids=${machine.id}`))[0];
}

async function servers({ endpoint }: Options, context: Context, query: string): Promise<readonly Server[]> {
  const { body } = await rest({ endpoint }, context)({ method: 'GET', path: `/servers?${query}` });
  return body as readonly Server[];
}

function power(machine: ToyMachine, verb: string, context: Context): Promise<void> {
  return edge(`turning it ${verb}`, async () => {
    await rest(machine, context)({ method: 'POST', path: `/servers/${machine.id}/power`, body: { verb } });
  });
}

async function change(
  machine: ToyMachine,
  context: Context,
  of: (rules: readonly string[]) => readonly string[],
): Promise<void> {
  const rules = of((await find(machine, context))?.rules ?? []);
  await rest(machine, context)({ method: 'PUT', path: `/servers/${machine.id}/rules`, body: rules });
}

async function owned(options: Options, context: Context): Promise<readonly Owned[]> {
  const keys = (await rest(options, context)({ method: 'GET', path: '/keys', query: { label: TAG.id } })).body;
  const all = await servers(options, context, `label=${TAG.id}`);
  const as = (kind: string, id: string, labels: Server['labels']): Owned[] => {
    const owner = ownerOf(labels);
    return owner ? [{ kind, id, ...owner }] : [];
  };
  return [
    ...all.flatMap(({ id, labels }) => as('server', id, labels)),
    ...(keys as { name: string; labels: Server['labels'] }[]).flatMap(({ name, labels }) => as('key', name, labels)),
  ];
}

const ruleText = ({ protocol, from, to, sources }: PortRule): string =>
  `${protocol} ${from}${to === from ? '' : `-${to}`} ${sources.join(',')}`;

function ruleOf(text: string): PortRule {
  const [protocol, ports = '', sources = ''] = text.split(' ');
  const [from, to = from] = ports.split('-').map(Number);
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', from: from ?? 0, to: to ?? 0, sources: sources.split(',') };
}

function rest({ endpoint }: Options, context: Context): Rest {
  const { secrets, signal } = context;
  return createRest({
    base: endpoint,
    authorize: async () => ({ authorization: `Bearer ${secrets['token'] ?? ''}` }),
    faultOf,
    pace: context.pace(`toy ${endpoint}`),
    signal,
    withinMs: 5_000,
  });
}

function faultOf(refusal: Refusal): Fault {
  if (refusal.status === 402) return new Fault('quota', refusal.text);
  return refusal.status === 412 ? new Fault('stock', refusal.text) : statusFault(refusal);
}

async function edge<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMachineError(error, { title: 'Toy', doing, advice: {} });
  }
}
