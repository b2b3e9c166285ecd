import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * EC2's own description of its operations, out of the npm package aws-sdk (version 2, frozen): names and types of members,
 * which are required, and how each is named in a request (ec2-query) and in an answer (XML).
 */
export interface Shape {
  readonly type?:
    'structure' | 'list' | 'string' | 'integer' | 'long' | 'boolean' | 'blob' | 'timestamp' | 'double' | 'float';
  readonly shape?: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Shape>>;
  readonly member?: Shape;
  readonly locationName?: string;
  readonly queryName?: string;
}
interface Model {
  readonly metadata: { readonly apiVersion: string; readonly xmlNamespace: string };
  readonly operations: Readonly<Record<string, { readonly input?: Shape; readonly output?: Shape }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const folder = dirname(createRequire(import.meta.url).resolve('aws-sdk/package.json'));
export const model = JSON.parse(readFileSync(join(folder, 'apis/ec2-2016-11-15.min.json'), 'utf8')) as Model;

/** The shape itself, where it is only named; how a member is named stays the member's. */
export function resolved(shape: Shape): Shape {
  if (shape.shape === undefined) return shape;
  const { shape: _name, ...own } = shape;
  return { ...model.shapes[shape.shape], ...own };
}

/** A member's name in a request: ec2-query begins it with a capital. */
export function queryName(member: Shape, name: string): string {
  const given = member.queryName ?? member.locationName ?? name;
  return member.queryName ?? given[0]?.toUpperCase() + given.slice(1);
}

/** A refusal as EC2 words it. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
