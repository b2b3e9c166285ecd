import { createHash } from 'node:crypto';
import { MachineError } from '../errors.js';

/** An API token, and the context of the provider's own program that it is of; '' for none. */
export interface Token {
  readonly value: string;
  readonly context: string;
}

/**
 * Those that may be tried, in their order: empty ones and repetitions left out. `ways`: how a user gives one.
 * @throws MachineError CredentialsMissing where there is none, or one that no header takes
 */
export function triable(
  all: readonly Token[],
  { title, ways }: { readonly title: string; readonly ways: readonly string[] },
): readonly [Token, ...Token[]] {
  const given = all.filter(({ value }) => value !== '');
  const [first, ...others] = given.filter(
    ({ value }, index) => given.findIndex((one) => one.value === value) === index,
  );
  if (!first) throw new MachineError('CredentialsMissing', `there is no API token for ${title}`, { suggestions: ways });
  if ([first, ...others].some(({ value }) => !/^[\x21-\x7e]+$/.test(value)))
    throw new MachineError('CredentialsMissing', `the API token of ${title} has characters that no token has`);
  return [first, ...others];
}

/** Tells tokens apart on record; one token's 64 random characters cannot be found from it. */
export function markOf({ value }: Token): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 12);
}
