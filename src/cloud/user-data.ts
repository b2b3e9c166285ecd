import { createHash } from 'node:crypto';
import type { NewHost } from '../driver.js';
import { MachineError } from '../errors.js';
import { renderTemplate } from '../template.js';

export interface FirstBoot {
  readonly host: Pick<NewHost<unknown>, 'name' | 'publicKey' | 'hostKey' | 'bootScript'>;
  /** Who logs in; made at the first boot where the image does not have that user. */
  readonly user: string;
  /** The user's own user-data as cloud-init takes it: cloud-config, a script, an include list, or MIME. */
  readonly own?: string;
  /** The provider's limit for user-data in bytes, before any base64. */
  readonly limit: number;
}

interface Part {
  readonly type: string;
  readonly text: string;
  /** How cloud-init joins this cloud-config with those before it. */
  readonly merge?: string;
}

/**
 * The user-data of a machine: the login key, the host key and the host name, the user's own user-data before them (scalars of
 * the user's win, lists are joined), the script that brings the engine behind them.
 * @throws MachineError CheckFailed when it is longer than the provider takes
 */
export function userData({ host, user, own = '', limit }: FirstBoot): string {
  const ours: Part = { type: 'text/cloud-config', text: firstBoot(host, user), merge: MERGE };
  const parts: Part[] = [
    ...(own.trim() === '' ? [] : [ownPart(own)]),
    ours,
    ...(host.bootScript === undefined ? [] : [{ type: 'text/x-shellscript', text: host.bootScript }]),
  ];
  const text = parts.length === 1 ? ours.text : multipart(parts);
  if (Buffer.byteLength(text) <= limit) return text;
  throw new MachineError('CheckFailed', `user-data has ${Buffer.byteLength(text)} bytes, the provider takes ${limit}`, {
    suggestions: ['Shorten your user-data, or let it include a URL (#include)'],
  });
}

/** Lists append; keys that are there already stay (cloud-init, "Merging user-data sections"). */
const MERGE = 'list(append)+dict(no_replace,recurse_list)+str()';

function firstBoot({ name, publicKey, hostKey }: FirstBoot['host'], user: string): string {
  if (!hostKey) throw new Error('a host that boots from user-data has a planted host key');
  return renderTemplate('cloud-init/first-boot.yaml', {
    hostname: name,
    publicKey: publicKey.trim(),
    user,
    hostPrivateKey: hostKey.privateKey,
    hostPublicKey: hostKey.publicKey.trim(),
  });
}

/** By its first line, as cloud-init itself tells them apart ("User-data formats"). */
const KINDS: readonly (readonly [string, string])[] = [
  ['#cloud-config-archive', 'text/cloud-config-archive'],
  ['#cloud-config-jsonp', 'text/cloud-config-jsonp'],
  ['#cloud-config', 'text/cloud-config'],
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#include-once', 'text/x-include-once-url'],
  ['#include', 'text/x-include-url'],
  ['#part-handler', 'text/part-handler'],
  ['## template: jinja', 'text/jinja2'],
  ['#!', 'text/x-shellscript'],
];

/** @throws MachineError CheckFailed for what cloud-init would ignore */
function ownPart(own: string): Part {
  const text = own.trimStart();
  if (/^(content-type|mime-version):/i.test(text)) return { type: 'multipart', text };
  const type = KINDS.find(([begin]) => text.toLowerCase().startsWith(begin))?.[1];
  if (type !== undefined) return { type, text };
  const [first = ''] = text.split('\n');
  throw new MachineError('CheckFailed', `user-data begins with "${first.slice(0, 30)}", which cloud-init ignores`, {
    suggestions: ['Begin it with #cloud-config, #!/bin/sh or #include'],
  });
}

/** RFC 2046; a part that is a multipart message already goes in as it is. */
function multipart(parts: readonly Part[]): string {
  const boundary = `berth-${createHash('sha256')
    .update(parts.map(({ text }) => text).join('\0'))
    .digest('hex')
    .slice(0, 24)}`;
  const written = parts.map(({ type, text, merge }) => {
    if (type === 'multipart') return text;
    const { encoding, body } = encoded(text);
    const headers = [
      `Content-Type: ${type}; charset="utf-8"`,
      'MIME-Version: 1.0',
      `Content-Transfer-Encoding: ${encoding}`,
      ...(merge ? [`Merge-Type: ${merge}`] : []),
    ];
    return `${headers.join('\n')}\n\n${body}`;
  });
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    '',
    ...written.map((part) => `--${boundary}\n${part.replace(/\n?$/, '\n')}`),
    `--${boundary}--`,
    '',
  ].join('\n');
}

/** cloud-init reads a part that is not ASCII as Latin-1 unless it is encoded (Python's email.message). */
function encoded(text: string): { encoding: '7bit' | 'base64'; body: string } {
  if (/^[\x01-\x7f]*$/.test(text)) return { encoding: '7bit', body: text };
  const lines =
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return { encoding: 'base64', body: lines.join('\n') };
}
