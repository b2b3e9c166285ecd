import { isFault } from '../../src/cloud/fault.js';
import { createRest, endpointUrl, type Rest } from '../../src/cloud/rest.js';
import type { DriverContext } from '../../src/driver.js';
import { isMachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import type { Methods, Operation } from './api.js';
import { serviceClient, type Service, type Transport, type Verb } from './clients.js';
import { findCredentials, type Credentials } from './credentials.js';
import { faultOf, operationFault } from './fault.js';
import { findProject } from './project.js';

export type Asking = Pick<DriverContext<never>, 'secrets' | 'environment' | 'signal' | 'pace'>;
export interface Account {
  readonly project?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly credentialsFile?: string | undefined;
}
type Request<M extends keyof Methods> = Omit<Methods[M]['asks'], 'project'> & { readonly project?: string };

/** Compute Engine, asked for one project unless a request names another. */
export interface Compute {
  readonly project: string;
  /** The first pause between two questions after the same thing, in milliseconds. */
  readonly everyMs: number;
  /** @throws Fault */
  ask<M extends keyof Methods>(method: M, request: Request<M>): Promise<Methods[M]['gives']>;
  /** Waits until an operation has ended. @throws Fault for why it failed, MachineError TimedOut */
  done(operation: Operation, project?: string): Promise<void>;
}

/** Google's own limits for its operations are of this order; making an instance takes some 20 s. */
const OPERATION_MS = 600_000;
/** A wait is answered after two minutes at the latest (zoneOperations.wait). */
const REQUEST_MS = 150_000;

/** For a machine that exists: where its file of credentials is gone, those of today are taken. @throws as openCompute */
export async function computeOf(machine: Account, context: Asking): Promise<Compute> {
  try {
    return await openCompute(machine, context);
  } catch (error) {
    if (machine.credentialsFile === undefined || !isMachineError(error, 'BadOption')) throw error;
    return openCompute({ ...machine, credentialsFile: undefined }, context).catch((other: unknown) => {
      throw isMachineError(other, 'CredentialsMissing') ? error : other;
    });
  }
}

/** @throws MachineError CredentialsMissing, BadOption */
export async function openCompute(account: Account, context: Asking): Promise<Compute> {
  const credentials = await findCredentials(account.credentialsFile, context);
  const project = await findProject(account.project, credentials, context);
  const transport = transportOf({ ...account, project }, credentials, context);
  const clients = new Map<Service, ReturnType<typeof serviceClient>>();
  const ask: Compute['ask'] = async (method, request) => {
    const [service, verb] = method.split('.') as [Service, Verb];
    const client = clients.get(service) ?? serviceClient(service, transport);
    clients.set(service, client);
    const asked = { project, ...request };
    if (verb === 'aggregatedList')
      return (await collected(
        client.aggregatedListAsync(asked, { autoPaginate: false }),
        service.toLowerCase(),
      )) as never;
    return answered(client[verb](asked));
  };
  const wait = async (operation: string, zone: string | undefined, where = project): Promise<Operation> =>
    zone === undefined
      ? ask('GlobalOperations.wait', { operation, project: where })
      : ask('ZoneOperations.wait', { operation, zone, project: where });
  const everyMs = context.pace(paceName(account, project)).firstMs;
  return {
    project,
    everyMs,
    ask,
    done: async (operation, where) => {
      const { name = '', zone } = operation;
      await poll(async () => ended(operation.status === 'DONE' ? operation : await wait(name, lastOf(zone), where)), {
        what: 'Google to finish an operation',
        withinMs: OPERATION_MS,
        everyMs,
        signal: context.signal,
      });
    },
  };
}

/** The name at the end of a URL of Google's. */
export function lastOf<T extends string | undefined>(url: T): T | string {
  return url === undefined ? url : (url.split('/').at(-1) ?? '');
}

/** Undefined where nothing of that name exists. */
export async function unlessMissing<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (isFault(error, 'notFound')) return undefined;
    throw error;
  }
}

function ended(operation: Operation): true | undefined {
  if (operation.status !== 'DONE') return undefined;
  const fault = operationFault(operation);
  if (fault) throw fault;
  return true;
}

/** Clients answer with [message, …], with [{ latestResponse }] for operations. */
async function answered<T>(answer: unknown): Promise<T> {
  const [first] = (await answer) as [{ readonly latestResponse?: unknown }];
  return (first.latestResponse ?? first) as T;
}

/** What lists of a whole project hold, zone by zone and page by page. */
async function collected(pages: unknown, kind: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const [, { [kind]: items = [] }] of pages as AsyncIterable<
    [string, Readonly<Record<string, readonly unknown[] | undefined>>]
  >)
    found.push(...items);
  return found;
}

function paceName({ endpoint = '' }: Account, project: string): string {
  return `google ${project} ${endpoint}`;
}

/** Requests of Google's clients, sent as all requests of clouds are: at the account's pace, again where that is safe. */
function transportOf(account: Account & { project: string }, credentials: Credentials, context: Asking): Transport {
  const rest = createRest({
    base: baseUrl(account.endpoint),
    authorize: (renew) => credentials.headers(renew),
    faultOf,
    pace: context.pace(paceName(account, account.project)),
    signal: context.signal,
    requestMs: REQUEST_MS,
  });
  return { fetch: (url, { method, body }) => sent(rest, new URL(url), { method: method as RestMethod, body }) };
}

type RestMethod = Parameters<Rest>[0]['method'];

async function sent(
  rest: Rest,
  { pathname, search, searchParams }: URL,
  { method, body }: { method: RestMethod; body: string | undefined },
): Promise<Response> {
  const answer = await rest({
    method,
    path: `${pathname}${search}`,
    // Google's clients write an empty text for a request without a body.
    ...(body === undefined || body === '""' ? {} : { body: JSON.parse(body) as unknown }),
    repeatable: method === 'GET' || searchParams.has('requestId') || pathname.endsWith('/wait'),
  });
  return Response.json(answer.body ?? {});
}

/** With or without the path that all of Google's addresses have, as gcloud's own override has it. */
function baseUrl(endpoint = 'https://compute.googleapis.com'): string {
  return endpointUrl(endpoint, 'google-endpoint').replace(/\/compute\/v1$/, '');
}
