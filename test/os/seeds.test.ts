import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { generateKeyPair } from '../../src/host/keys.js';
import { parseAuthorizedKeys, parseHostKey, parseNetwork } from '../../src/os/seeds.js';
import { failureOf, told } from '../helpers/failure.js';

const { publicKey, privateKey } = generateKeyPair('tester');

describe('keys that may log in', () => {
  it('are taken as they are, whatever options and comments they have', () => {
    const text = `# of the team\nfrom="192.0.2.0/24" ${publicKey.trim()}`;

    expect(parseAuthorizedKeys(text, 'keys')).toBe(`${text}\n`);
  });

  it.each([
    ['a private key', privateKey, 'a private key is none to log in by: "keys"'],
    ['no key at all', 'hello\n', 'there is no public key in "keys"'],
  ])('are refused in a file with %s', async (_what, text, message) => {
    const failure = await failureOf(() => parseAuthorizedKeys(text, 'keys'));

    expect(told(failure)).toEqual({ code: 'KeyUnusable', message, exitCode: 2 });
  });
});

describe("the host's key", () => {
  it("is an ed25519 key in OpenSSH's form", () => {
    expect(parseHostKey(privateKey, 'host')).toBe(privateKey);
  });

  it.each([
    ['its public half', publicKey],
    ['PEM', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['one behind a passphrase', privateKey.replace(/AAAABG5vbmU/, 'AAAACmFlczI1Ni1jdHI')],
    ['nothing', ''],
  ])('cannot be %s', async (_what, text) => {
    const failure = await failureOf(() => parseHostKey(text, `/a/long/${'path/'.repeat(10)}host`));

    expect(told(failure)).toEqual({
      code: 'KeyUnusable',
      message: `no ed25519 key without a passphrase, in OpenSSH's form: "…${`/a/long/${'path/'.repeat(10)}host`.slice(-39)}"`,
      exitCode: 2,
    });
  });
});

describe('addresses', () => {
  it.each([
    '192.0.2.10/24,192.0.2.1',
    '192.0.2.10/32,198.51.100.1,192.0.2.53,2001:db8::53',
    '2001:db8::10/64,fe80::1,2001:db8::53',
    '52:54:00:12:34:56=192.0.2.10/24,192.0.2.1',
    '52:54:00:12:34:56=dhcp',
  ])('may be %s', (text) => {
    expect(parseNetwork(text)).toBe(text);
  });

  it.each([
    ['', 'has nothing'],
    ['dhcp', 'is what there is without it'],
    ['192.0.2.10,192.0.2.1', 'has no prefix'],
    ['192.0.2.10/33,192.0.2.1', 'has too long a prefix'],
    ['192.0.2.10/24', 'has no gateway'],
    ['192.0.2.10/24,2001:db8::1', 'has a gateway of the other kind'],
    ['192.0.2.10/24,192.0.2.1,ns.example', 'has a name for an address'],
    ['eth0=192.0.2.10/24,192.0.2.1', 'has a name for a MAC'],
    ['192.0.2.10/24,192.0.2.1\n', 'has a line break'],
  ])('cannot be %j, which %s', async (text) => {
    const failure = await failureOf(() => parseNetwork(text));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'option --net wants [MAC=]ADDRESS/PREFIX,GATEWAY,NAMESERVER or MAC=dhcp',
      exitCode: 2,
    });
  });
});
