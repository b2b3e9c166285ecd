import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { triable, type Token } from '../../src/cloud/token.js';
import type { DriverContext } from '../../src/driver.js';
import { parseContexts, type Contexts } from './contexts.js';

type Ask = Pick<DriverContext<unknown>, 'secrets' | 'environment'>;

const WAYS = ['export HETZNER_API_TOKEN=…', 'hcloud context create berth', 'export HCLOUD_TOKEN=…'];

/**
 * Tokens in the order in which they are tried; the next one only where the one before is refused as unknown: of the context
 * that the machine was made with, the option's or HETZNER_API_TOKEN, HCLOUD_TOKEN, of HCLOUD_CONTEXT or the CLI's active one.
 * @throws MachineError CredentialsMissing
 */
export async function tokensOf(made: { readonly context: string }, ask: Ask): Promise<readonly [Token, ...Token[]]> {
  const { environment, secrets } = ask;
  const contexts = await contextsIn(environment);
  const of = (name: string): Token => ({ value: contexts.tokens.get(name) ?? '', context: name });
  const plain = (value = ''): Token => ({ value: value.trim(), context: '' });
  const all = [
    of(made.context),
    plain(secrets['api-token']),
    plain(environment['HETZNER_API_TOKEN']),
    plain(environment['HCLOUD_TOKEN']),
    of(environment['HCLOUD_CONTEXT'] || contexts.active),
  ];
  return triable(all, { title: 'Hetzner Cloud', ways: WAYS });
}

async function contextsIn(environment: Ask['environment']): Promise<Contexts> {
  const { HCLOUD_CONFIG: config, HOME: home } = environment;
  const path = config || (home ? join(home, '.config', 'hcloud', 'cli.toml') : '');
  // A file that is not there, or not ours to read, names no context.
  return parseContexts(path === '' ? '' : await readFile(path, 'utf8').catch(() => ''));
}
