import { randomBytes } from 'node:crypto';
import type { StandInAnswer } from '../server.js';
import { APPLICATION, keystoneError, NOW, PASSWORD, PROJECT, USER, type Json, type World } from './world.js';

/** api-ref/identity/v3, "Password authentication with scoped authorization" and its neighbours. */
export function issue(world: World, body: Json): StandInAnswer {
  const auth = member(body, 'auth');
  const identity = member(auth, 'identity');
  const [method] = (identity['methods'] ?? []) as readonly string[];
  if (method === undefined || !(method in identity))
    throw keystoneError(400, 'Bad Request', "Invalid input for field 'identity'");
  const wasProved = PROOFS[method]?.(member(identity, method), world) ?? false;
  if (!wasProved) throw keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.');
  if (method === 'application_credential' && 'scope' in auth)
    throw keystoneError(401, 'Unauthorized', 'Application credentials cannot request a scope.');
  const token = `gAAAAA${randomBytes(24).toString('base64url')}`;
  world.tokens.add(token);
  const isScoped = method === 'application_credential' || isOurs(member(auth, 'scope'));
  const project = { id: PROJECT, name: 'demo', domain: { id: 'default', name: 'Default' } };
  return {
    status: 201,
    headers: { 'x-subject-token': token },
    body: {
      token: {
        ...{ methods: [method], expires_at: '2036-11-21T10:00:00.000000Z', issued_at: NOW },
        user: { id: USER, name: USER, domain: project.domain },
        ...(isScoped ? { project, catalog: catalog(world) } : {}),
      },
    },
  };
}

const PROOFS: Readonly<Record<string, (proof: Json, world: World) => boolean>> = {
  password: ({ user }) => {
    const { name, id, domain, password } = (user ?? {}) as Json;
    const isKnown = id === USER || (name === USER && ['default', 'Default'].includes(word(domain)));
    return isKnown && password === PASSWORD;
  },
  application_credential: ({ id, name, user, secret }) =>
    secret === APPLICATION.secret && (id === APPLICATION.id || (name === 'berth' && user !== undefined)),
  token: ({ id }, { tokens }) => tokens.has(String(id)),
};

function isOurs({ project }: Json): boolean {
  const { id, name, domain } = (project ?? {}) as Json;
  if (id === undefined && name === undefined) return false;
  if (id === PROJECT || (name === 'demo' && ['default', 'Default'].includes(word(domain)))) return true;
  throw keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.');
}

function word(domain: unknown): string {
  const { id, name } = (domain ?? {}) as Json;
  return String(id ?? name);
}

function catalog({ url, regions }: World): readonly Json[] {
  const service = (type: string, path: string): Json => ({
    ...{ id: type, type, name: type },
    endpoints: regions.flatMap((region) =>
      ['public', 'internal', 'admin'].map((name) => ({
        ...{ id: `${type} ${name}`, interface: name, region, region_id: region },
        url: name === 'admin' ? 'http://127.0.0.1:1/' : `${url()}${path}`,
      })),
    ),
  });
  return [
    service('identity', '/identity'),
    service('compute', '/compute/v2.1'),
    service('network', '/network/'),
    service('image', '/image'),
    service('volumev3', `/volume/v3/${PROJECT}`),
  ];
}

function member(value: Json, key: string): Json {
  return (value[key] ?? {}) as Json;
}
