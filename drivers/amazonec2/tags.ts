import type { ResourceType, TagSpecification } from '@aws-sdk/client-ec2';
import { ownerTags, TAG } from '../../src/cloud/owner.js';
import type { Ec2Machine } from './handle.js';

/** Tags of all that a machine is made of: the user's, its name, and berth's. */
export function machineTags(
  machine: Pick<Ec2Machine, 'name' | 'id' | 'store'>,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { Name: machine.name, ...own, ...ownerTags(machine) };
}

/** For the request that makes the resource: it is never without its tags. */
export function specification(type: ResourceType, tags: Readonly<Record<string, string>>): TagSpecification[] {
  return [{ ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }];
}

export function tagFilter(id: string): { Name: string; Values: string[] } {
  return { Name: `tag:${TAG.id}`, Values: [id] };
}

/** Tags in an answer. */
export function tagsIn(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
