import { createRequire } from 'node:module';
import type { Methods } from './api.js';
import { pruned, snake, type Description } from './description.js';

/*
 * Google's own clients. `import '@google-cloud/compute'` takes seconds and reads descriptions of three versions of the API;
 * each client by its own path, over the part of the description that is used here, takes 0.3 s in all.
 */
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
