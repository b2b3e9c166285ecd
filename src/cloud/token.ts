import { createHash } from 'node:crypto';

/** An API token, and the context of the provider's own program that it is of; '' for none. */
export interface Token {
  readonly value: string;
  readonly context: string;
}

/** Those that may be tried, in their order: empty ones and repetitions left out. */
export function triable(all: readonly Token[]): readonly Token[] {
  const given = all.filter(({ value }) => value !== '');
  return given.filter(({ value }, index) => given.findIndex((one) => one.value === value) === index);
}

/** Tells tokens apart on record; one token's 64 random characters cannot be found from it. */
export function markOf({ value }: Token): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 12);
}
