import { parse } from 'yaml';
import { userData, type FirstBoot } from '../../src/cloud/user-data.js';
import { failureOf, told } from '../helpers/failure.js';

const PRIVATE = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n';
const HOST = {
  name: 'web-1',
  publicKey: 'ssh-ed25519 AAAA web-1\n',
  hostKey: { privateKey: PRIVATE, publicKey: 'ssh-ed25519 BBBB web-1\n' },
};
const made = (of: Partial<FirstBoot> = {}): string => userData({ host: HOST, user: 'ubuntu', limit: 16_384, ...of });

interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The parts of a multipart message, read as RFC 2046 wants them read. */
function partsOf(message: string): readonly Part[] {
  const [head = '', ...rest] = message.split('\n\n');
  const boundary = /boundary="([^"]+)"/.exec(head)?.[1] ?? '';
  const body = `\n${rest.join('\n\n')}`;
  const [, ...pieces] = body.split(`\n--${boundary}`);
  expect(pieces.at(-1)?.trim()).toBe('--');
  return pieces.slice(0, -1).map((piece) => {
    const [lines = '', ...texts] = piece.replace(/^\n/, '').split('\n\n');
    const headers = Object.fromEntries(lines.split('\n').map((line) => line.split(': ') as [string, string]));
    const text = texts.join('\n\n');
    const isEncoded = headers['Content-Transfer-Encoding'] === 'base64';
    return { headers, text: isEncoded ? Buffer.from(text, 'base64').toString('utf8') : text };
  });
}

describe('user-data', () => {
  it('plants keys, user and host name by one cloud-config', () => {
    const text = made();

    expect(text.startsWith('#cloud-config\n')).toBe(true);
    expect(parse(text)).toEqual({
      hostname: 'web-1',
      preserve_hostname: false,
      manage_etc_hosts: true,
      disable_root: false,
      ssh_pwauth: false,
      ssh_deletekeys: true,
      ssh_authorized_keys: ['ssh-ed25519 AAAA web-1'],
      users: [
        'default',
        {
          name: 'ubuntu',
          shell: '/bin/bash',
          lock_passwd: true,
          sudo: 'ALL=(ALL) NOPASSWD:ALL',
          ssh_authorized_keys: ['ssh-ed25519 AAAA web-1'],
        },
      ],
      ssh_keys: { ed25519_private: PRIVATE, ed25519_public: 'ssh-ed25519 BBBB web-1' },
    });
  });

  it.each([
    "it's; reboot",
    '"\nruncmd: [reboot]\n#',
    '%n {{user}} ${USER} $(reboot) `reboot`',
    '- !!python/object x',
    '\u2028\u0085\u0007ü',
  ])('keeps %j what it is, a text', (hostile) => {
    const host = { ...HOST, publicKey: `ssh-ed25519 AAAA ${hostile}` };

    const config = parse(made({ host, user: hostile })) as Record<string, unknown>;

    expect(Object.keys(config)).toEqual(Object.keys(parse(made()) as object));
    expect((config['users'] as { name: string }[])[1]?.name).toBe(hostile);
    expect(config['ssh_authorized_keys']).toEqual([`ssh-ed25519 AAAA ${hostile}`.trim()]);
  });

  it("puts the user's before ours, and the script that brings the engine behind", () => {
    const host = { ...HOST, bootScript: '#!/bin/sh\necho engine\n' };
    const text = made({ host, own: '#cloud-config\npackages: [vim]\n' });

    const parts = partsOf(text);

    expect(parts.map(({ headers, text: part }) => [headers['Content-Type'], part.split('\n')[0]])).toEqual([
      ['text/cloud-config; charset="utf-8"', '#cloud-config'],
      ['text/cloud-config; charset="utf-8"', '#cloud-config'],
      ['text/x-shellscript; charset="utf-8"', '#!/bin/sh'],
    ]);
    expect(parts[1]?.headers['Merge-Type']).toBe('list(append)+dict(no_replace,recurse_list)+str()');
    expect(parts[0]?.text).toBe('#cloud-config\npackages: [vim]\n');
    expect(parse(parts[1]?.text ?? '')).toEqual(parse(made()));
  });

  it.each([
    ['#cloud-config\n', 'text/cloud-config'],
    ['\n\n#cloud-config\n', 'text/cloud-config'],
    ['#Cloud-Config\r\n', 'text/cloud-config'],
    ['#cloud-config-archive\n[]', 'text/cloud-config-archive'],
    ['#cloud-config-jsonp\n[]', 'text/cloud-config-jsonp'],
    ['#!/usr/bin/env python3\n', 'text/x-shellscript'],
    ['#include https://example.com/x', 'text/x-include-url'],
    ['#include-once https://example.com/x', 'text/x-include-once-url'],
    ['#cloud-boothook\n', 'text/cloud-boothook'],
    ['#part-handler\n', 'text/part-handler'],
    ['## template: jinja\n#cloud-config\n', 'text/jinja2'],
  ])('tells %j from its first line', (own, type) => {
    expect(partsOf(made({ own }))[0]?.headers['Content-Type']).toBe(`${type}; charset="utf-8"`);
  });

  it('takes a message of several parts in as it is', () => {
    const own = 'Content-Type: multipart/mixed; boundary="X"\nMIME-Version: 1.0\n\n--X\n\n#!/bin/sh\n--X--\n';

    expect(made({ own })).toContain(`\n${own}`);
  });

  it('encodes what is not ASCII, which cloud-init would misread', () => {
    const own = '#!/bin/sh\necho "schön, 東京"\n';

    const [part] = partsOf(made({ own }));

    expect([part?.headers['Content-Transfer-Encoding'], part?.text]).toEqual(['base64', own]);
    expect(made({ own })).toMatch(/^[ -~\n]*$/);
  });

  it('refuses what cloud-init would ignore', async () => {
    const failure = await failureOf(() => made({ own: 'packages: [vim]\n' }));

    expect(told(failure)).toEqual({
      code: 'CheckFailed',
      message: 'user-data begins with "packages: [vim]", which cloud-init ignores',
      exitCode: 3,
    });
  });

  it('refuses what is longer than the provider takes', async () => {
    const failure = await failureOf(() => made({ own: `#!/bin/sh\n: ${'x'.repeat(2_000)}\n`, limit: 2_000 }));

    expect(failure.message).toMatch(/^user-data has 2\d{3} bytes, the provider takes 2000$/);
  });

  it('without a host key is a bug of ours', async () => {
    const { name, publicKey } = HOST;

    expect((await failureOf(() => made({ host: { name, publicKey } }))).message).toBe(
      'a host that boots from user-data has a planted host key',
    );
  });
});
