import { readFile } from 'node:fs/promises';
import { request as plain } from 'node:http';
import { request as secure, type RequestOptions } from 'node:https';
import type { RestOptions } from '../../src/cloud/rest.js';
import { MachineError } from '../../src/errors.js';
import type { Words } from './words.js';

/** As `fetch`, of which Node takes neither a certificate nor the wish to check none. */
export type Transport = NonNullable<RestOptions['fetch']>;

/** Undefined where Node's own fetch does. @throws MachineError BadOption */
export async function transportFor({ caCert, insecure }: Words): Promise<Transport | undefined> {
  if (caCert === '' && insecure !== true) return undefined;
  const ca = caCert === '' || insecure === true ? undefined : await certificates(caCert);
  const trust = { rejectUnauthorized: insecure !== true, ...(ca === undefined ? {} : { ca }) };
  return (url, init) => send(url, init, trust);
}

async function certificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('BadOption', `the cloud's certificates cannot be read: "${path}"`, { cause });
  }
}

function send(url: string, init: RequestInit, trust: RequestOptions): Promise<Response> {
  const body = typeof init.body === 'string' ? init.body : undefined;
  const options: RequestOptions = {
    ...{ method: init.method ?? 'GET', headers: { ...(init.headers as Record<string, string>) } },
    ...(init.signal ? { signal: init.signal } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? secure(url, { ...options, ...trust }) : plain(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 502;
        const headers = new Headers();
        for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
        // A Response takes no body with these.
        const isEmpty = status === 204 || status === 205 || status === 304;
        resolve(new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers }));
      });
    });
    request.end(body);
  });
}
