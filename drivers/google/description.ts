import type { Service } from './clients.js';

/** Of Compute Engine's, those that are used. */
export const SERVICES = [
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

/** As files and resources of Google's package write a service's name. */
export function snake(service: string): string {
  return service.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** What is described, by name, as Google's package has it. */
export interface Description {
  readonly nested: Readonly<Record<string, Description>>;
  readonly fields?: Readonly<Record<string, { readonly type: string }>>;
  readonly methods?: Readonly<Record<string, { readonly requestType: string; readonly responseType: string }>>;
}

/** The services that are used, and the messages that they reach. A bundle holds nothing else, what is pruned already stays as it is. */
export function pruned(whole: Description): object {
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
