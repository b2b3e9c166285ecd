import type { Machinery, StandInAnswer } from '../server.js';

/** As Hetzner's are: 64 letters and digits. */
export const TOKEN = 'standIn0'.repeat(8);

export type Json = Record<string, unknown>;
export type Labels = Readonly<Record<string, string>>;

/** Whatever has an id, a name and labels; `others` was there at the beginning. */
export interface Thing {
  readonly id: number;
  readonly name: string;
  readonly labels: Labels;
  readonly others: boolean;
}
export interface SshKey extends Thing {
  readonly fingerprint: string;
  readonly public_key: string;
}
export interface Firewall extends Thing {
  rules: readonly Json[];
}
export interface Group extends Thing {
  readonly type: string;
}
export interface Network extends Thing {
  readonly ip_range: string;
}
export interface Volume extends Thing {
  readonly location: string;
  server: number | null;
}
export interface PrimaryIp extends Thing {
  readonly type: 'ipv4' | 'ipv6';
  ip: string;
  readonly location: string;
  readonly autoDelete: boolean;
  assignee: number | null;
}
export interface Server extends Thing {
  status: string;
  readonly type: string;
  readonly location: string;
  readonly image: number;
  readonly userData: string;
  readonly keys: readonly number[];
  readonly networks: readonly { readonly network: number; readonly ip: string }[];
  firewalls: readonly number[];
  readonly group: number | null;
  /** How many lookups do not find it yet. */
  hidden: number;
}
export interface Action {
  readonly id: number;
  readonly command: string;
  readonly server: number | undefined;
  /** How many looks find it running. */
  looks: number;
  status: 'running' | 'success' | 'error';
  error: { readonly code: string; readonly message: string } | null;
  /** What it brings about; `later` while something real goes on. */
  readonly ends: () => 'later' | void;
}

/** Everything that this project holds. */
export interface World {
  readonly servers: Map<number, Server>;
  readonly ssh_keys: Map<number, SshKey>;
  readonly firewalls: Map<number, Firewall>;
  readonly placement_groups: Map<number, Group>;
  readonly networks: Map<number, Network>;
  readonly volumes: Map<number, Volume>;
  readonly primary_ips: Map<number, PrimaryIp>;
  readonly actions: Map<number, Action>;
  readonly machinery: Machinery | undefined;
  next: number;
  lookupsUntilSeen: number;
  /** Looks that find an action running. */
  slowness: number;
  ignoresShutdown: boolean;
  /** "cx23" or "cx23 fsn1": told at once, or by the action after it has begun. */
  readonly soldOut: Map<string, 'at once' | 'later'>;
}

/** {error: {code, message, details}}: "Errors" of docs.hetzner.cloud. */
export class Refused extends Error {
  readonly answer: StandInAnswer;

  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.answer = refusal(status, code, message, field);
  }
}

export function refusal(status: number, code: string, message: string, field?: string): StandInAnswer {
  const details = field === undefined ? null : { fields: [{ name: field, messages: [message] }] };
  return { status, body: { error: { code, message, details } } };
}

export function invalid(field: string, message: string): Refused {
  return new Refused(422, 'invalid_input', message, field);
}

export function get<T>(things: ReadonlyMap<number, T>, id: unknown, what: string): T {
  const found = things.get(Number(id));
  if (found === undefined) throw new Refused(404, 'not_found', `${what} with ID '${String(id)}' not found`);
  return found;
}

export function newId(world: World): number {
  return (world.next += 1);
}

/** Names of one kind are unique in a project. */
export function checkName(things: ReadonlyMap<number, Thing>, name: unknown, what: string): string {
  if ([...things.values()].some((one) => one.name === name))
    throw new Refused(409, 'uniqueness_error', `${what} name is already used`);
  return String(name);
}

/** Something that takes its time; nothing else happens to the server meanwhile. */
export function begin(world: World, command: string, server: number | undefined, ends: Action['ends']): Action {
  const id = newId(world);
  const action: Action = { id, command, server, looks: world.slowness, status: 'running', error: null, ends };
  world.actions.set(id, action);
  return action;
}

/** Each look lets some time go by; actions of one server come one after the other. */
export function look(world: World, action: Action): void {
  const first = [...world.actions.values()].find(
    ({ status, server }) => status === 'running' && server !== undefined && server === action.server,
  );
  if (action.status !== 'running' || (first && first !== action)) return;
  action.looks -= 1;
  if (action.looks >= 0 || action.ends() === 'later') return;
  if (action.status === 'running') action.status = 'success';
}

export function actionView({ id, command, status, error, server }: Action): Json {
  const resources = server === undefined ? [] : [{ id: server, type: 'server' }];
  const finished = status === 'running' ? null : NOW;
  return { id, command, status, progress: status === 'running' ? 0 : 100, started: NOW, finished, resources, error };
}

export const NOW = '2026-11-21T10:00:00+00:00';
