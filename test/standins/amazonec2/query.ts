import { model, queryName, Refused, resolved, type Shape } from './model.js';

export type Input = Readonly<Record<string, unknown>>;

/** What follows a name: `BlockDeviceMapping` → `1` → `Ebs` → `VolumeSize`. */
interface Tree {
  value?: string;
  readonly below: Map<string, Tree>;
}

/** A request's parameters as the operation's description names and types them. @throws Refused for whatever is not in it */
export function parseQuery(body: string): { action: string; input: Input } {
  const { Action: action = '', Version: version = '', ...params } = Object.fromEntries(new URLSearchParams(body));
  const operation = model.operations[action];
  if (!operation) throw new Refused('InvalidAction', `The action ${action} is not valid for this web service.`);
  if (version !== model.metadata.apiVersion)
    throw new Refused('NoSuchVersion', `The requested version (${version}) of service AmazonEC2 does not exist`);
  const tree = grown(params);
  const input = structure(resolved(operation.input ?? { type: 'structure', members: {} }), tree, '');
  return { action, input };
}

function grown(params: Readonly<Record<string, string>>): Tree {
  const root: Tree = { below: new Map() };
  for (const [path, value] of Object.entries(params)) {
    let at = root;
    for (const word of path.split('.')) {
      const next = at.below.get(word) ?? { below: new Map() };
      at.below.set(word, next);
      at = next;
    }
    at.value = value;
  }
  return root;
}

function structure(shape: Shape, tree: Tree, path: string): Input {
  const members = Object.entries(shape.members ?? {}).map(([name, member]) => ({
    name,
    member,
    query: queryName(member, name),
  }));
  if (tree.value !== undefined) throw mistyped(path, tree.value);
  for (const word of tree.below.keys())
    if (!members.some(({ query }) => query === word))
      throw new Refused('UnknownParameter', `The parameter ${joined(path, word)} is not recognized`);
  const input: Record<string, unknown> = {};
  for (const { name, member, query } of members) {
    const below = tree.below.get(query);
    if (below) input[name] = value(resolved(member), below, joined(path, query));
    else if (shape.required?.includes(name))
      throw new Refused('MissingParameter', `The request must contain the parameter ${joined(path, query)}`);
  }
  return input;
}

function value(shape: Shape, tree: Tree, path: string): unknown {
  if (shape.type === 'structure') return structure(shape, tree, path);
  if (shape.type === 'list') return list(shape, tree, path);
  const { value: text } = tree;
  if (text === undefined || tree.below.size > 0)
    throw new Refused(
      'UnknownParameter',
      `The parameter ${joined(path, [...tree.below.keys()][0] ?? '')} is not recognized`,
    );
  return scalar(shape, text, path);
}

/** Lists are flat: `Value.1`, `Value.2`, without a gap. */
function list(shape: Shape, { below, value: text }: Tree, path: string): unknown[] {
  if (text !== undefined) throw mistyped(path, text);
  const member = resolved(shape.member ?? {});
  return [...below.keys()].map((_key, index) => {
    const item = below.get(String(index + 1));
    if (!item) throw new Refused('InvalidParameterValue', `The list ${path} has no item ${index + 1}`);
    return value(member, item, joined(path, String(index + 1)));
  });
}

function scalar({ type = 'string' }: Shape, text: string, path: string): unknown {
  switch (type as string) {
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw mistyped(path, text);
      return text === 'true';
    case 'integer':
    case 'long':
      if (!/^-?\d+$/.test(text)) throw mistyped(path, text);
      return Number(text);
    case 'double':
    case 'float':
      if (!Number.isFinite(Number(text))) throw mistyped(path, text);
      return Number(text);
    case 'timestamp':
      if (Number.isNaN(Date.parse(text))) throw mistyped(path, text);
      return new Date(text);
    case 'blob':
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw mistyped(path, text);
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}

function mistyped(path: string, text: string): Refused {
  return new Refused('InvalidParameterValue', `Invalid value '${text}' for ${path}`);
}

function joined(path: string, word: string): string {
  return path === '' ? word : `${path}.${word}`;
}
