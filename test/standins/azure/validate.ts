import type { Shape } from './shapes.js';

/** What is wrong with a body, in Azure's way of saying it; undefined when nothing is. */
export function faultIn(value: unknown, shape: Shape, path = ''): string | undefined {
  if (shape === 'map') return mapFault(value, path);
  if (shape === 'names') return namesFault(value, path);
  if (typeof shape === 'string') return scalarFault(value, shape, path);
  if ('choices' in shape)
    return typeof value === 'string' && shape.choices.includes(value)
      ? undefined
      : `The value '${String(value)}' of parameter '${path}' is not allowed. Allowed values are ${shape.choices.join(', ')}.`;
  if ('list' in shape) {
    if (!Array.isArray(value)) return `The value of '${path}' is no array.`;
    return value
      .map((one, index) => faultIn(one, shape.list, `${path}[${index}]`))
      .find((fault) => fault !== undefined);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `The value of '${path}' is no object.`;
  const missing = shape.required?.find((name) => !(name in value));
  if (missing !== undefined) return `Required parameter '${join(path, missing)}' is missing (null).`;
  for (const [name, one] of Object.entries(value)) {
    const member = shape.members[name];
    if (!member) return `Could not find member '${name}' on object '${path}'.`;
    const fault = faultIn(one, member, join(path, name));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function mapFault(value: unknown, path: string): string | undefined {
  const isMap =
    typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
  return isMap ? undefined : `The value of '${path}' is no map of strings.`;
}

/** Ids with nothing said about them. */
function namesFault(value: unknown, path: string): string | undefined {
  const isNames =
    typeof value === 'object' && value !== null && Object.values(value).every((one) => JSON.stringify(one) === '{}');
  return isNames ? undefined : `The value of '${path}' is no map of empty objects.`;
}

function scalarFault(
  value: unknown,
  type: 'string' | 'integer' | 'number' | 'boolean',
  path: string,
): string | undefined {
  const isRight = type === 'integer' ? Number.isInteger(value) : typeof value === type;
  return isRight ? undefined : `Error converting value of '${path}' to type '${type}'.`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
