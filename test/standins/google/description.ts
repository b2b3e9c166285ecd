import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/*
 * Compute Engine's own description: the protos that @google-cloud/compute ships, with an HTTP annotation for each method.
 * Names in it are the JSON names of the published API. Enumerations are texts there; a message's nested enumeration of the
 * field's name tells which.
 */
interface Field {
  readonly type: string;
  readonly rule?: 'repeated';
  readonly keyType?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}
interface Described {
  readonly fields?: Readonly<Record<string, Field>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly methods?: Readonly<Record<string, { requestType: string; options: Readonly<Record<string, string>> }>>;
  readonly nested?: Readonly<Record<string, Described>>;
}

export interface Route {
  /** "Instances.Insert". */
  readonly name: string;
  readonly verb: string;
  readonly path: RegExp;
  readonly parameters: readonly string[];
  /** The request's field that is the body. */
  readonly body?: string;
  readonly request: string;
}

const FILE = createRequire(import.meta.url).resolve('@google-cloud/compute/build/protos/protos.json');
const TYPES = ['google', 'cloud', 'compute', 'v1'].reduce<Described>(
  (found, name) => found.nested?.[name] ?? {},
  JSON.parse(readFileSync(FILE, 'utf8')) as Described,
).nested as Readonly<Record<string, Described>>;

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());

/** All methods of the services that are stood in for. */
export function routesOf(services: readonly string[]): readonly Route[] {
  return services.flatMap((service) =>
    Object.entries(TYPES[service]?.methods ?? {}).map(([method, { requestType, options }]) => {
      const verb = ['get', 'post', 'put', 'patch', 'delete'].find((one) => options[`(google.api.http).${one}`]) ?? '';
      const template = options[`(google.api.http).${verb}`] ?? '';
      const parameters = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => camel(name));
      const body = options['(google.api.http).body'];
      return {
        name: `${service}.${method}`,
        verb: verb.toUpperCase(),
        path: new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`),
        parameters,
        ...(body ? { body: camel(body) } : {}),
        request: requestType,
      };
    }),
  );
}

/** What is wrong with a query: unknown or mistyped parameters, missing required ones. */
export function faultsOfQuery(route: Route, query: URLSearchParams, hasBody: boolean): readonly string[] {
  const fields = TYPES[route.request]?.fields ?? {};
  const elsewhere = [...route.parameters, route.body ?? ''];
  const unknown = [...query.keys()].filter((name) => !fields[name] || elsewhere.includes(name));
  const mistyped = [...query].filter(([name, value]) => !isQueryValue(fields[name]?.type ?? '', value));
  const missing = Object.entries(fields).filter(
    ([name, { options = {} }]) =>
      options['(google.api.field_behavior)'] === 'REQUIRED' &&
      !route.parameters.includes(name) &&
      !(name === route.body ? hasBody : query.has(name)),
  );
  return [
    ...unknown.map((name) => `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter.`),
    ...mistyped.map(([name, value]) => `Invalid value at '${name}', "${value}"`),
    ...missing.map(([name]) => `Required field '${name}' not specified`),
  ];
}

function isQueryValue(type: string, value: string): boolean {
  if (/int/.test(type)) return /^-?\d+$/.test(value);
  return type === 'bool' ? /^(true|false)$/.test(value) : true;
}

/** The type of a route's body. */
export function bodyType({ request, body = '' }: Route): string {
  return TYPES[request]?.fields?.[body]?.type ?? '';
}

/** What is wrong with a message, by the path of the field. */
export function faultsOfMessage(type: string, value: unknown, path = 'resource'): readonly string[] {
  const described = TYPES[type];
  if (!described?.fields || typeof value !== 'object' || value === null || Array.isArray(value))
    return [`Invalid value for field '${path}': not a ${type}`];
  const { fields } = described;
  return Object.entries(value).flatMap(([name, one]) => {
    const field = fields[name];
    const at = `${path}.${name}`;
    if (!field) return [`Invalid JSON payload received. Unknown name "${name}" at '${path}': Cannot find field.`];
    if (field.keyType) return isMap(one) ? [] : [`Invalid value for field '${at}': not a map of texts`];
    if (field.rule !== 'repeated') return faultsOfValue(described, field.type, { name, value: one, path: at });
    if (!Array.isArray(one)) return [`Invalid value for field '${at}': not a list`];
    return one.flatMap((item: unknown, index) =>
      faultsOfValue(described, field.type, { name, value: item, path: `${at}[${index}]` }),
    );
  });
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}

function faultsOfValue(
  owner: Described,
  type: string,
  { name, value, path }: { name: string; value: unknown; path: string },
): readonly string[] {
  const wrong = [`Invalid value for field '${path}': ${JSON.stringify(value)}`];
  if (type === 'string') {
    const words = owner.nested?.[`${name.charAt(0).toUpperCase()}${name.slice(1)}`]?.values;
    if (typeof value !== 'string') return wrong;
    return !words || words[value] !== undefined ? [] : wrong;
  }
  if (type === 'bool') return typeof value === 'boolean' ? [] : wrong;
  if (/^u?int64$/.test(type)) return /^-?\d+$/.test(String(value)) ? [] : wrong;
  if (/^u?int32$/.test(type)) return Number.isInteger(value) ? [] : wrong;
  if (/^(double|float)$/.test(type)) return typeof value === 'number' ? [] : wrong;
  const values = TYPES[type]?.values ?? owner.nested?.[type]?.values;
  if (values) return typeof value === 'string' && values[value] !== undefined ? [] : wrong;
  return faultsOfMessage(type, value, path);
}
