import { access, constants } from 'node:fs/promises';
import { isMachineError } from '../errors.js';
import type { Token } from './token.js';

/*
 * What DriverSpec.credentialsIn is made of: words for the credentials that a driver would begin with, found in the environment
 * and in files alone.
 */

/** Of drivers with API tokens: the context of the provider's own program, or the variable, that the first token is from. */
export async function tokenSign(
  tokens: Promise<readonly [Token, ...Token[]]>,
  {
    program,
    variables,
  }: { readonly program: string; readonly variables: Readonly<Record<string, string | undefined>> },
): Promise<string | undefined> {
  const [first] = (await tokens.catch(undefinedWhenMissing)) ?? [];
  if (!first) return undefined;
  if (first.context !== '') return `${program}'s context "${first.context}"`;
  return Object.keys(variables).find((name) => variables[name]?.trim());
}

/** For `catch`: credentials that nobody has given are undefined, any other failure goes on. */
export function undefinedWhenMissing(error: unknown): undefined {
  if (!isMachineError(error, 'CredentialsMissing')) throw error;
}

export function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
