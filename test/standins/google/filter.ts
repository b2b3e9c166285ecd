/** What a filter is held against: fields by name, `labels.x` for labels. */
export type Filtered = Readonly<Record<string, unknown>>;

/**
 * The two kinds of filter that Compute Engine has and berth uses: AIP-160 (`labels.x:*`, `name = "a"`, joined by OR, each in
 * parentheses then) and `field eq "RE2"`, which has to match the whole field. Undefined for anything else.
 */
export function parseFilter(text: string): ((one: Filtered) => boolean) | undefined {
  const regular = /^(\w+) eq "([^"]+)"$/.exec(text);
  if (regular) {
    const [, field = '', pattern = ''] = regular;
    return ({ [field]: value }) => typeof value === 'string' && new RegExp(`^(?:${pattern})$`).test(value);
  }
  const terms = text.split(' OR ').map((term, _index, all) => parseTerm(term, all.length > 1));
  if (terms.some((term) => term === undefined)) return undefined;
  return (one) => terms.some((term) => term?.(one));
}

function parseTerm(text: string, isJoined: boolean): ((one: Filtered) => boolean) | undefined {
  const bare = /^\((.*)\)$/.exec(text)?.[1] ?? (isJoined ? '' : text);
  const [, field = '', value, isThere] = /^(name|labels\.[a-z0-9_-]+)(?: = "([a-z0-9_-]+)"|(:\*))$/.exec(bare) ?? [];
  // Without quotation marks an id that is all digits would be a number.
  if (value === undefined && isThere === undefined) return undefined;
  return (one) => {
    const found = field.startsWith('labels.')
      ? (one['labels'] as Readonly<Record<string, string>> | undefined)?.[field.slice('labels.'.length)]
      : one[field];
    return isThere ? found !== undefined : found === value;
  };
}
