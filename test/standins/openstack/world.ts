import { createHash, randomUUID } from 'node:crypto';
import type { Machinery, StandInAnswer } from '../server.js';

export type Json = Record<string, unknown>;
export const USER = 'somebody';
export const PASSWORD = 'standInPassword0123456789';
export const PROJECT = '9d5b5a4c3e2f4b1a8c7d6e5f40302010';
export const APPLICATION = { id: '2f0c8a1b6d5e4c3b9a8f7e6d5c4b3a29', secret: 'standInSecret0123456789abcdef' } as const;

/** Whatever has an id; `others` was there at the beginning. */
export interface Thing extends Json {
  readonly id: string;
  readonly name: string;
}

export interface Server {
  readonly id: string;
  readonly name: string;
  readonly body: Json;
  readonly others: boolean;
  readonly volumes: readonly { readonly id: string; readonly goes: boolean }[];
  status: string;
  task: string | null;
  fault: string | undefined;
  /** How many looks find it being built, changing or going. */
  looks: number;
  /** What comes after those looks; undefined while something real goes on. */
  next: (() => void) | undefined;
  /** How many lookups do not find it yet. */
  hidden: number;
  address: string;
}

/** Everything that the project holds. */
export interface World {
  readonly url: () => string;
  readonly servers: Map<string, Server>;
  readonly keypairs: Map<string, Json & { readonly name: string; readonly public_key: string }>;
  readonly groups: Map<string, Thing>;
  readonly rules: Map<string, Thing>;
  readonly ports: Map<string, Thing>;
  readonly floatingIps: Map<string, Thing>;
  readonly volumes: Map<string, Thing>;
  networks: readonly Thing[];
  flavors: readonly Thing[];
  images: readonly Thing[];
  readonly serverGroups: readonly Thing[];
  readonly zones: readonly string[];
  regions: readonly string[];
  /** Ids of what was there at the beginning. */
  readonly others: Set<string>;
  readonly tokens: Set<string>;
  readonly machinery: Machinery | undefined;
  /** "m1.small" or "m1.small nova": no host has room for it. */
  readonly soldOut: Set<string>;
  limits: Json;
  lookupsUntilSeen: number;
  /** Servers and volumes of one page. */
  pageSize: number;
  next: number;
}

export class Refused extends Error {
  readonly answer: StandInAnswer;

  constructor(answer: StandInAnswer) {
    super(JSON.stringify(answer.body));
    this.answer = answer;
  }
}

/** Nova's and Cinder's: api-ref/compute, "Faults". */
export function fault(status: number, name: string, message: string): Refused {
  return new Refused({ status, body: { [name]: { code: status, message } } });
}

/** Neutron's. */
export function neutronError(status: number, type: string, message: string): Refused {
  return new Refused({ status, body: { NeutronError: { type, message, detail: '' } } });
}

/** Keystone's. */
export function keystoneError(status: number, title: string, message: string): Refused {
  return new Refused({ status, body: { error: { code: status, title, message } } });
}

export function word(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The id of what is there at the beginning: the same in every stand-in. */
export function fixedId(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

export function newId(): string {
  return randomUUID();
}

export function get<T>(things: ReadonlyMap<string, T>, id: unknown, absent: () => Refused): T {
  const found = things.get(String(id));
  if (found === undefined) throw absent();
  return found;
}

export const NOW = '2026-11-21T10:00:00Z';
