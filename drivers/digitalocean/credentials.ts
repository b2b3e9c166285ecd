import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { triable, type Token } from '../../src/cloud/token.js';
import type { DriverContext } from '../../src/driver.js';

type Ask = Pick<DriverContext<unknown>, 'secrets' | 'environment'>;

const WAYS = ['export DIGITALOCEAN_ACCESS_TOKEN=…', 'doctl auth init', 'Give --digitalocean-access-token'];
/** What doctl calls the context whose token stands as access-token beside the others. */
const DEFAULT_CONTEXT = 'default';

/**
 * Tokens in the order in which they are tried; the next one only where the one before is refused as unknown: of the context
 * that the machine was made with, the option's or DIGITALOCEAN_ACCESS_TOKEN, DIGITALOCEAN_TOKEN, of DIGITALOCEAN_CONTEXT or
 * doctl's current context.
 * @throws MachineError CredentialsMissing
 */
export async function tokensOf(made: { readonly context: string }, ask: Ask): Promise<readonly [Token, ...Token[]]> {
  const { environment, secrets } = ask;
  const contexts = await contextsIn(environment);
  const of = (name: string): Token => ({ value: contexts.tokens.get(name) ?? '', context: name });
  const plain = (value = ''): Token => ({ value: value.trim(), context: '' });
  const all = [
    of(made.context),
    plain(secrets['access-token']),
    plain(environment['DIGITALOCEAN_ACCESS_TOKEN']),
    plain(environment['DIGITALOCEAN_TOKEN']),
    of(environment['DIGITALOCEAN_CONTEXT'] || contexts.current),
  ];
  return triable(all, { title: 'DigitalOcean', ways: WAYS });
}

interface Contexts {
  readonly current: string;
  readonly tokens: ReadonlyMap<string, string>;
}

async function contextsIn({ HOME: home, XDG_CONFIG_HOME: config }: Ask['environment']): Promise<Contexts> {
  // doctl takes the folder that the system has for settings: the second one is that of macOS.
  const folders = [
    config || (home ? join(home, '.config') : ''),
    home ? join(home, 'Library', 'Application Support') : '',
  ].filter((folder) => folder !== '');
  for (const folder of folders) {
    // A file that is not there, or not ours to read, names no context.
    const text = await readFile(join(folder, 'doctl', 'config.yaml'), 'utf8').catch(() => '');
    if (text !== '') return parseContexts(text);
  }
  return { current: '', tokens: new Map() };
}

/** What doctl has in its config.yaml: access-token, context, auth-contexts. */
export function parseContexts(text: string): Contexts {
  const { 'access-token': own, context, 'auth-contexts': others } = objectIn(text);
  const current = typeof context === 'string' && context !== '' ? context : DEFAULT_CONTEXT;
  const named = typeof others === 'object' && others !== null ? Object.entries(others) : [];
  const all: readonly (readonly [string, unknown])[] = [...named, [DEFAULT_CONTEXT, own]];
  const tokens = all.flatMap(([name, token]) =>
    typeof token === 'string' && token.trim() !== '' ? [[name, token.trim()] as const] : [],
  );
  return { current, tokens: new Map(tokens) };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(text, { logLevel: 'silent' });
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // The parser's words would show lines with tokens.
    return {};
  }
}
