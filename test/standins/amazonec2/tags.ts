import { Refused } from './model.js';
import type { Input } from './query.js';
import type { Thing } from './world.js';

/** Tags out of TagSpecifications, by the type they are for. @throws Refused for types the operation does not make */
export function tagsFor(
  input: Input,
  types: readonly Thing['type'][],
): (type: Thing['type']) => Readonly<Record<string, string>> {
  const all = (input['TagSpecifications'] ?? []) as readonly {
    ResourceType?: string;
    Tags?: readonly { Key: string; Value?: string }[];
  }[];
  for (const { ResourceType: type = '', Tags: tags = [] } of all) {
    if (!types.includes(type as Thing['type']))
      throw new Refused('InvalidParameterValue', `'${type}' is not a valid taggable resource type for this operation.`);
    if (tags.some(({ Key: key }) => key.startsWith('aws:') || key === ''))
      throw new Refused('InvalidParameterValue', 'Tag keys must not begin with aws:');
    if (new Set(tags.map(({ Key: key }) => key)).size < tags.length)
      throw new Refused('InvalidParameterValue', 'Duplicate tag key specified.');
  }
  return (type) => {
    const its = all.find(({ ResourceType: each }) => each === type)?.Tags ?? [];
    return Object.fromEntries(its.map(({ Key: key, Value: value = '' }) => [key, value]));
  };
}

export function tagSet(tags: Readonly<Record<string, string>>): readonly { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
