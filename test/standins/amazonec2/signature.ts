import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { StandInRequest } from '../server.js';
import { Refused } from './model.js';

export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of temporary keys. */
  readonly sessionToken?: string | undefined;
}

/** "Create a signed AWS API request" (IAM user guide): Signature Version 4. Returns the region that it is for. */
export function checkSignature({ method, url, headers, body }: StandInRequest, keys: Keys, now: Date): string {
  const authorization = String(headers['authorization'] ?? '');
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})$/.exec(authorization) ?? [];
  if (signature === '') throw new Refused('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const [accessKey, day = '', region = '', service, end] = credential.split('/');
  const time = String(headers['x-amz-date'] ?? '');
  if (accessKey !== keys.accessKey || headers['x-amz-security-token'] !== keys.sessionToken)
    throw new Refused('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  if (service !== 'ec2' || end !== 'aws4_request' || !time.startsWith(day) || region === '')
    throw new Refused('SignatureDoesNotMatch', 'Credential should be scoped to a valid region.', 403);
  checkTime(time, now);
  const names = signed.split(';');
  if (!['host', 'x-amz-date'].every((name) => names.includes(name)))
    throw new Refused('SignatureDoesNotMatch', 'host and x-amz-date must be signed headers', 403);
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signed,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const scope = `${day}/${region}/ec2/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const expected = hmac(signingKey(keys.secretKey, [day, region, 'ec2', 'aws4_request']), text);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex')))
    throw new Refused('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature', 403);
  return region;
}

function checkTime(time: string, now: Date): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at) || Math.abs(at - now.getTime()) > 5 * 60_000)
    throw new Refused('RequestExpired', 'Request has expired.');
}

function signingKey(secret: string, words: readonly string[]): Buffer {
  return words.reduce<Buffer>((key, word) => hmac(key, word), Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
