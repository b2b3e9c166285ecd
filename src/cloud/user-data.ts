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
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^#cloud-config\b/, 'text/cloud-config'],
  [/^#!/, 'text/x-shellscript'],
  [/^#include-once\b/, 'text/x-include-once-url'],
  [/^#include\b/, 'text/x-include-url'],
  [/^#cloud-config-archive\b/, 'text/cloud-config-archive'],
  [/^#cloud-boothook\b/, 'text/cloud-boothook'],
  [/^## template: *jinja/, 'text/jinja2'],
];

/** @throws MachineError CheckFailed for what cloud-init would ignore */
function ownPart(text: string): Part {
  if (/^(content-type|mime-version):/i.test(text)) return { type: 'multipart', text };
  const type = text.startsWith('#cloud-config-archive')
    ? 'text/cloud-config-archive'
    : KINDS.find(([begin]) => begin.test(text))?.[1];
  if (type !== undefined) return { type, text };
  throw new MachineError(
    'CheckFailed',
    `user-data begins with "${text.split('\n')[0]?.slice(0, 30)}", which cloud-init ignores`,
    {
      suggestions: ['Begin it with #cloud-config, #!/bin/sh or #include'],
    },
  );
}

/** RFC 2046; a part that is a multipart message already goes in as it is. */
function multipart(parts: readonly Part[]): string {
  const boundary = `berth-${createHash('sha256')
    .update(parts.map(({ text }) => text).join('\0'))
    .digest('hex')
    .slice(0, 24)}`;
  const written = parts.map(({ type, text, merge }) => {
    if (type === 'multipart') return text;
    const headers = [
      `Content-Type: ${type}; charset="utf-8"`,
      'MIME-Version: 1.0',
      ...(merge ? [`Merge-Type: ${merge}`] : []),
    ];
    return `${headers.join('\n')}\n\n${text}`;
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
