import { createRequire } from 'node:module';
import type { Methods } from './api.js';

/*
 * Google's own clients. `import '@google-cloud/compute'` takes seconds and reads descriptions of three versions of the API;
 * each client by its own path, over the part of the description that is used here, takes 0.3 s in all.
 */
const SERVICES = [
  'Addresses',
  'Disks',
  'Firewalls',
  'GlobalOperations',
  'Images',
  'Instances',
  'MachineTypes',
  'Networks',
  'Regions',
  'Subnetworks',
  'ZoneOperations',
  'Zones',
] as const satisfies readonly Service[];
const load = createRequire(import.meta.url);
const { fallback } = createRequire(load.resolve('@google-cloud/compute'))('google-gax') as { fallback: Gax };
const DESCRIPTION = fallback.GrpcClient.protobufFromJSON(
  pruned(load('@google-cloud/compute/build/protos/protos.json') as Description),
);

/** The part of google-gax that a client of Google's is built upon. */
interface Gax {
  readonly GrpcClient: {
    new (...options: readonly unknown[]): { loadProtoJSON(): object };
    protobufFromJSON(json: object): object;
  };
}
interface Description {
  readonly nested: Readonly<Record<string, Description>>;
  readonly fields?: Readonly<Record<string, { readonly type: string }>>;
  readonly methods?: Readonly<Record<string, { readonly requestType: string; readonly responseType: string }>>;
}

export type Service = keyof Methods extends `${infer S}.${string}` ? S : never;
export type Verb = keyof Methods extends `${string}.${infer V}` ? V : never;
type Client = Readonly<Record<Verb | 'aggregatedListAsync', (request: object, options?: object) => unknown>>;

/** How a client's requests go out: the one member of an authentication object of Google's that its clients call. */
export interface Transport {
  fetch(url: string, request: { readonly method: string; readonly body?: string }): Promise<Response>;
}

/** Requests are addressed to https://compute.googleapis.com; the transport may send them elsewhere. */
export function serviceClient(service: Service, transport: Transport): Client {
  const path = `@google-cloud/compute/build/src/v1/${snake(service)}_client.js`;
  const { [`${service}Client`]: Made } = load(path) as Readonly<Record<string, new (...of: object[]) => Client>>;
  if (!Made) throw new Error(`@google-cloud/compute has no client for ${service}`);
  const auth = { ...transport, getClient: async () => ({}) };
  return new Made({ fallback: true, auth, universeDomain: 'googleapis.com' }, { fallback: Described.Gax });
}

class Described extends fallback.GrpcClient {
  static readonly Gax: Gax = { ...fallback, GrpcClient: Described };
  override loadProtoJSON(): object {
    return DESCRIPTION;
  }
}

function snake(service: Service): string {
  return service.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** The services that are used, and the messages that they reach. */
function pruned(whole: Description): object {
  const { v1 } = below(below(below(whole, 'google'), 'cloud'), 'compute').nested;
  const kept: Record<string, Description> = {};
  const keep = (name: string): void => {
    const found = v1?.nested[name];
    if (!found || kept[name]) return;
    kept[name] = found;
    for (const { type } of Object.values(found.fields ?? {})) keep(type);
    for (const { requestType, responseType } of Object.values(found.methods ?? {})) {
      keep(requestType);
      keep(responseType);
    }
  };
  for (const service of SERVICES) keep(service);
  const { protobuf } = below(whole, 'google').nested;
  const compute = { nested: { v1: { nested: kept } } };
  return { nested: { google: { nested: { protobuf, cloud: { nested: { compute } } } } } };
}

function below(description: Description, name: string): Description {
  const found = description.nested[name];
  if (!found) throw new Error(`the description of Compute Engine has no ${name}`);
  return found;
}
