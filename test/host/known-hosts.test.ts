import { createHmac } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintOf, generateKeyPair } from '../../src/host/keys.js';
import { checkMachineKey, checkUserKey, parseKnownHosts } from '../../src/host/known-hosts.js';
import { failureOf } from '../helpers/failure.js';
import { hostFolder } from '../helpers/host-folder.js';

const [OLD, NEW] = ['old', 'new'].map((name) => generateKeyPair(name).publicKey.split(' ').slice(0, 2).join(' ')) as [
  string,
  string,
];
const blob = (line: string) => Buffer.from(line.split(' ')[1] ?? '', 'base64');

describe("a machine's own file", () => {
  it('takes down the first key ever seen, for nobody else to read', async () => {
    await using folder = await hostFolder();
    const path = join(folder.path, 'machine', 'known_hosts');

    await checkMachineKey({ path, name: 'web-1', host: '10.0.0.5', port: 2222, key: blob(NEW) });

    expect(await readFile(path, 'utf8')).toBe(`[10.0.0.5]:2222 ${NEW}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder.path, 'machine'))).toEqual(['known_hosts']);
  });

  it('names no port where it is the usual one', async () => {
    await using folder = await hostFolder();
    const path = folder.knownHostsPath;

    await checkMachineKey({ path, name: 'web-1', host: '10.0.0.5', port: 22, key: blob(NEW) });

    expect(await readFile(path, 'utf8')).toBe(`10.0.0.5 ${NEW}\n`);
  });

  it('knows the key again at another address', async () => {
    await using folder = await hostFolder();
    const path = folder.knownHostsPath;
    await writeFile(path, `# planted\n10.0.0.4 ${OLD}\nweb-1 ${NEW}`);

    await checkMachineKey({ path, name: 'web-1', host: '10.9.9.9', port: 22, key: blob(NEW) });

    expect(await readFile(path, 'utf8')).toBe(`# planted\n10.0.0.4 ${OLD}\nweb-1 ${NEW}`);
  });

  it('refuses another key, and says how to accept it', async () => {
    await using folder = await hostFolder();
    const path = folder.knownHostsPath;
    await writeFile(path, `10.0.0.5 ${OLD}\n`);

    const error = await failureOf(checkMachineKey({ path, name: 'web-1', host: '10.0.0.5', port: 22, key: blob(NEW) }));

    expect(error).toMatchObject({
      code: 'HostKeyChanged',
      message: `the host key of "web-1" changed from ${fingerprintOf(blob(OLD))} to ${fingerprintOf(blob(NEW))}`,
      suggestions: [
        'Find out why before going on: somebody may stand between you and the host',
        `If the host was really reinstalled, remove its old line from ${path}`,
      ],
    });
    expect(await readFile(path, 'utf8')).toBe(`10.0.0.5 ${OLD}\n`);
  });
});

describe("the user's file", () => {
  const hashed = (name: string) => {
    const salt = Buffer.from('salt of 20 bytes len');
    return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
  };

  it.each([
    ['a plain name', 'bastion', 22],
    ['one name of several', 'other,bastion', 22],
    ['a pattern', 'bast*', 22],
    ['a port', '[bastion]:2222', 2222],
    ['a hashed name', hashed('bastion'), 22],
    ['a hashed name with a port', hashed('[bastion]:2222'), 2222],
  ])('knows a host by %s', async (_title, names, port) => {
    await using folder = await hostFolder();
    await writeFile(folder.knownHostsPath, `${names} ${OLD}\n`);

    const check = { path: folder.knownHostsPath, name: 'bastion', host: 'bastion', port, key: blob(OLD) };

    await expect(checkUserKey(check)).resolves.toBeUndefined();
  });

  it.each([
    ['another name', `other ${OLD}`],
    ['a negated pattern', `*,!bastion ${OLD}`],
    ['another port', `[bastion]:2222 ${OLD}`],
    ['a revoked key', `@revoked bastion ${OLD}`],
    ['nothing', ''],
  ])('does not take %s for the host', async (_title, text) => {
    await using folder = await hostFolder();
    await writeFile(folder.knownHostsPath, text);
    const check = { path: folder.knownHostsPath, name: 'bastion', host: 'bastion', port: 22, key: blob(OLD) };

    const error = await failureOf(checkUserKey(check));

    expect(error).toMatchObject({
      code: 'HostKeyChanged',
      message: 'the host key of the jump host "bastion" is not known',
      suggestions: [
        'ssh -p 22 bastion true',
        `Compare the fingerprint that ssh shows with ${fingerprintOf(blob(OLD))}`,
      ],
    });
  });
});

describe('parseKnownHosts', () => {
  it('passes over what is no entry', () => {
    const text = `# comment\n\nhalf a-line\n@cert-authority *.example.com ${OLD}\r\nhost ${NEW} comment\n`;

    expect(parseKnownHosts(text).map(({ names, marker }) => [names, marker])).toEqual([
      ['*.example.com', '@cert-authority'],
      ['host', undefined],
    ]);
  });
});
