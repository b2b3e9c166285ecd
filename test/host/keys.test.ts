import '../helpers/realm.js';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { fingerprint, generateKeyPair, parsePrivateKey } from '../../src/host/keys.js';
import { publicKeyOf } from '../helpers/public-key.js';

const SSH_KEYGEN = '/usr/bin/ssh-keygen';
const withSshKeygen = existsSync(SSH_KEYGEN) ? it : it.skip;

describe('generateKeyPair', () => {
  it('makes keys that every parser reads, 2000 times over', () => {
    const unreadable = Array.from({ length: 2000 }, (_, i) => generateKeyPair(`key ${i}`)).filter(
      ({ privateKey, publicKey }) =>
        ssh2.utils.parseKey(privateKey) instanceof Error || publicKeyOf(privateKey) !== publicKey,
    );

    expect(unreadable).toEqual([]);
  });

  it('never makes the same key twice', () => {
    expect(generateKeyPair('a').publicKey).not.toBe(generateKeyPair('a').publicKey);
  });

  it('refuses a comment that would break the line', () => {
    expect(() => generateKeyPair('a\nb')).toThrow('the comment of a key cannot hold a line break');
  });

  withSshKeygen('makes keys that OpenSSH reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-keys-'));
    const { privateKey, publicKey } = generateKeyPair('web-1');
    writeFileSync(join(folder, 'id'), privateKey, { mode: 0o600 });

    const shown = execFileSync(SSH_KEYGEN, ['-y', '-f', join(folder, 'id')], { encoding: 'utf8' });
    const listed = execFileSync(SSH_KEYGEN, ['-l', '-f', join(folder, 'id')], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });

    expect(shown).toBe(`${publicKey}\n`);
    expect(listed).toBe(`256 ${fingerprint(publicKey)} web-1 (ED25519)\n`);
  });
});

describe('parsePrivateKey', () => {
  it.each([
    ['RSA in PKCS#1', 'rsa', 'pkcs1', 'ssh-rsa'],
    ['RSA in PKCS#8', 'rsa', 'pkcs8', 'ssh-rsa'],
    ['ECDSA in SEC1', 'ec', 'sec1', 'ecdsa-sha2-nistp256'],
    ['ECDSA in PKCS#8', 'ec', 'pkcs8', 'ecdsa-sha2-nistp256'],
    ['ed25519 in PKCS#8', 'ed25519', 'pkcs8', 'ssh-ed25519'],
  ] as const)('reads %s', (_title, kind, type, shown) => {
    const key = { rsa: RSA, ec: EC, ed25519: ED }[kind]();

    const line = publicKeyOf(key.export({ format: 'pem', type } as never).toString());

    expect(line.split(' ')[0]).toBe(shown);
  });

  it('says when a text is no key', () => {
    expect(parsePrivateKey('nothing')).toBeInstanceOf(Error);
  });
});

describe('fingerprint', () => {
  it('says when a line is no public key', () => {
    expect(() => fingerprint('nothing')).toThrow(
      expect.objectContaining({ code: 'KeyUnusable', message: 'this is no public key: "nothing"' }) as Error,
    );
  });
});

const RSA = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const EC = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ED = () => generateKeyPairSync('ed25519').privateKey;
