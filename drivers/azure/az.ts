import { execFile } from 'node:child_process';
import { throwIfCancelled } from '../../src/errors.js';
import { Fault } from '../../src/cloud/fault.js';
import type { Ask, Token } from './credentials.js';
import type { Account } from './handle.js';

/** az is a Python program that may have to renew its own token first, in milliseconds. */
const WITHIN_MS = 60_000;

/** Words that every shell leaves as they are. */
const PLAIN = /^[\w:/.@-]+$/;

/** What the az program is logged in as; undefined where there is no such program or nobody is logged in. */
export async function azLogin(account: Account, ask: Ask): Promise<Token | undefined> {
  const which = account.subscription
    ? ['--subscription', account.subscription]
    : account.tenant
      ? ['--tenant', account.tenant]
      : [];
  const words = ['account', 'get-access-token', '--output', 'json', '--resource', account.audience, ...which];
  if (!words.every((word) => PLAIN.test(word)))
    throw new Fault('input', 'tenant, subscription or audience are no names');
  const output = await run(words, ask);
  return output === undefined ? undefined : parsed(output);
}

function run(words: readonly string[], { environment, signal }: Ask): Promise<string | undefined> {
  const options = {
    ...{ env: { ...environment }, encoding: 'utf8' as const, timeout: WITHIN_MS, signal },
    // On Windows az is a command file, which only a shell starts; none of the words has blanks or quotes.
    shell: process.platform === 'win32',
  };
  return new Promise((resolve, reject) => {
    execFile('az', words, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      try {
        throwIfCancelled(signal);
      } catch (cancelled) {
        return reject(cancelled instanceof Error ? cancelled : error);
      }
      const isAbsent = error.code === 'ENOENT' || /az login|not recognized/i.test(stderr);
      if (isAbsent) resolve(undefined);
      else reject(new Fault('credentials', lastLine(stderr) || error.message.slice(0, 200), { code: 'az' }));
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
}

/** `expires_on` is seconds since 1970 (az 2.54 and later); `expiresOn` before that is local time. */
function parsed(output: string): Token {
  let answer: Record<string, unknown> = {};
  try {
    answer = JSON.parse(output) as Record<string, unknown>;
  } catch {
    // Nothing of the output is shown: it holds a token.
  }
  const { accessToken: value, expires_on, expiresOn, subscription } = answer;
  if (typeof value !== 'string' || value === '')
    throw new Fault('credentials', 'az account get-access-token answers without a token', { code: 'az' });
  const local = typeof expiresOn === 'string' ? Date.parse(expiresOn.replace(' ', 'T')) : 0;
  const expiresAt = Number(expires_on) > 0 ? Number(expires_on) * 1_000 : local || 0;
  return { value, expiresAt, ...(typeof subscription === 'string' ? { subscription } : {}) };
}
