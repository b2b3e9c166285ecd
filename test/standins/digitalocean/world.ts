import { createHash } from 'node:crypto';
import type { Machinery, StandInAnswer } from '../server.js';

export type Json = Record<string, unknown>;

export interface Droplet {
  readonly id: number;
  /** What was asked for. */
  readonly body: Json;
  status: 'new' | 'active' | 'off';
  tags: string[];
  address: string;
  /** How many lookups do not see it yet. */
  hidden: number;
  /** How many more looks it is being made, or unmade, for; undefined: a host behind it says when. */
  looks: number | undefined;
  isGoing: boolean;
  event: Action | undefined;
}
export interface Action {
  readonly id: number;
  readonly type: string;
  status: 'in-progress' | 'completed' | 'errored';
  /** How many looks it lasts; undefined: a host behind the droplet says when. */
  looks: number | undefined;
  readonly droplet: Droplet;
}
export interface Key {
  readonly id: number;
  readonly name: string;
  readonly fingerprint: string;
  readonly public_key: string;
}
/** As answers hold it. */
export type Firewall = Json & { readonly id: string; name: string; droplet_ids: number[] };

export interface World {
  readonly droplets: Map<number, Droplet>;
  readonly actions: Map<number, Action>;
  readonly keys: Map<number, Key>;
  readonly firewalls: Map<string, Firewall>;
  readonly tags: Set<string>;
  /** "nyc3 s-1vcpu-1gb": listed, and yet there is none. */
  readonly soldOut: Set<string>;
  readonly machinery: Machinery | undefined;
  next: number;
  dropletLimit: number;
  lookupsUntilSeen: number;
  /** Hosts do not listen to being asked to shut down. */
  isDeaf: boolean;
  /** What the interface puts on a page at most. */
  largestPage: number;
}

/** A refusal as DigitalOcean words it (openapi: shared/models/error.yml). */
export class Refused extends Error {
  readonly answer: StandInAnswer;

  constructor(status: number, id: string, message: string) {
    super(message);
    this.answer = refusal(status, id, message);
  }
}

export function refusal(status: number, id: string, message: string): StandInAnswer {
  return { status, body: { id, message, request_id: '4851a473-1621-42ea-b2f9-5071c0ea8414' } };
}

export function unprocessable(message: string): Refused {
  return new Refused(422, 'unprocessable_entity', message);
}

export function notFound(): Refused {
  return new Refused(404, 'not_found', 'The resource you requested could not be found.');
}

export function fingerprintOf(publicKey: string): string {
  const bytes = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return (createHash('md5').update(bytes).digest('hex').match(/../g) ?? []).join(':');
}

export function nextId(world: World): number {
  world.next += 1;
  return 400_000_000 + world.next;
}

export function nextUuid(world: World): string {
  world.next += 1;
  return `bb4b2611-3d72-467b-8602-${world.next.toString(16).padStart(12, '0')}`;
}
