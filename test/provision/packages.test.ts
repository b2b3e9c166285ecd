import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testFolder, type TestFolder } from '../helpers/folder.js';
import { BADLY, oneStep, piece, trying, WELL } from './support/pieces.js';
import { sandbox } from './support/sandbox.js';

const LOCK = '/var/lib/dpkg/lock-frontend';
const NOTE = '@berth note waiting for process 4711 (unattended-upgr), which holds the package lock';

describe('the package lock of Debian', () => {
  const update = oneStep('try_it', piece('apt-locks', { withinSeconds: '3' }), trying('retry apt update'));

  /** A host where process 4711 holds the lock, and lets go of it at the given moment of waiting. */
  function locked(releasedAfter: number) {
    const box = sandbox();
    box.fake('apt-get');
    box.file(LOCK, '');
    const inode = statSync(join(box.root, LOCK)).ino;
    const other = '1: FLOCK  ADVISORY  WRITE 17 08:01:1 0 EOF\n';
    box.file('/proc/locks', `${other}2: POSIX  ADVISORY  WRITE 4711 08:01:${inode} 0 EOF\n`);
    box.file('/proc/4711/comm', 'unattended-upgr\n');
    const release = 'echo >"$SANDBOX/proc/locks"';
    box.fake('sleep', `echo x >>"$SANDBOX/slept"; [ "$(wc -l <"$SANDBOX/slept")" -lt ${releasedAfter} ] || ${release}`);
    return box;
  }

  it('is no matter where nobody holds it', () => {
    using box = locked(99);
    box.file('/proc/locks', '');

    expect(box.run(update).lines).toEqual(['@berth begin 0', WELL]);
  });

  it('is waited for, and the user told who holds it', () => {
    using box = locked(2);

    const { lines } = box.run(update);

    expect(lines).toEqual(['@berth begin 0', NOTE, WELL]);
    expect(box.calls('apt-get')).toEqual([
      ['apt-get', '-qq', '-y', '-o', 'DPkg::Lock::Timeout=60', '-o', 'Dpkg::Use-Pty=0'].concat([
        '-o',
        'Dpkg::Options::=--force-confold',
        'update',
      ]),
    ]);
  });

  it('is waited for only so long, and then nothing is tried', () => {
    using box = locked(99);

    const { lines } = box.run(update);

    const held = `process 4711 (unattended-upgr) still holds the package lock ${box.root}${LOCK}`;
    expect(lines).toEqual(['@berth begin 0', NOTE, held, BADLY]);
    expect([box.calls('sleep').length, box.calls('apt-get')]).toEqual([3, []]);
  });
});

const hasGpg = spawnSync('gpg', ['--version']).status === 0;

(hasGpg ? describe : describe.skip)('the key that packages are signed with', () => {
  let keys: TestFolder;
  let first: Key;
  let second: Key;
  beforeAll(() => {
    keys = testFolder();
    [first, second] = [makeKey('first'), makeKey('second')];
  });
  afterAll(() => keys[Symbol.dispose]());

  interface Key {
    readonly text: string;
    readonly fingerprint: string;
  }

  /** A throw-away key with a subkey, in a key ring of its own. */
  function makeKey(name: string): Key {
    const home = join(keys.path, name);
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...words: string[]): string =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--passphrase', '', ...words], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    gpg('--quick-gen-key', `${name}@berth.test`, 'ed25519', 'sign', 'never');
    const fingerprint = /^fpr:+([0-9A-F]{40})/m.exec(gpg('--list-keys', '--with-colons'))?.[1] ?? '';
    gpg('--quick-add-key', fingerprint, 'ed25519', 'sign');
    const text = gpg('--armor', '--export');
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    return { text, fingerprint };
  }

  const verify = (file: string, fingerprint: string) => {
    const box = sandbox();
    box.tools('gpg');
    box.deliver([{ path: 'docker.asc', content: file, mode: 0o644 }]);
    const body = `verify_key "$work/docker.asc" ${fingerprint}\necho good`;
    const { lines } = box.run(oneStep('try_it', piece('verify-key'), trying(body)));
    box[Symbol.dispose]();
    return lines.slice(1);
  };

  it('is the one that is expected', () => {
    expect(verify(first.text, first.fingerprint)).toEqual(['good', WELL]);
  });

  it('is refused when it is another', () => {
    const said = `the package key is ${second.fingerprint}, expected ${first.fingerprint}`;

    expect(verify(second.text, first.fingerprint)).toEqual([said, BADLY]);
  });

  it('is refused when another one comes with it, whichever stands first', () => {
    const both = [first.text + second.text, second.text + first.text].map((text) => verify(text, first.fingerprint));

    const said = (one: Key, two: Key): string =>
      `the package key is ${one.fingerprint} ${two.fingerprint}, expected ${first.fingerprint}`;
    expect(both).toEqual([
      [said(first, second), BADLY],
      [said(second, first), BADLY],
    ]);
  });

  it.each(['', '<html>captive portal</html>'])('is refused when it is none: %j', (text) => {
    expect(verify(text, first.fingerprint)).toEqual([
      `the package key is unreadable, expected ${first.fingerprint}`,
      BADLY,
    ]);
  });

  it('is shown by versions of gpg that do not know --show-keys, too', () => {
    using box = sandbox();
    box.tools('gpg');
    box.deliver([{ path: 'docker.asc', content: first.text, mode: 0o644 }]);
    const old = 'gpg() { case "$*" in --dump-options) echo --list-keys ;; *) command gpg "$@" ;; esac; }';
    const body = `verify_key "$work/docker.asc" ${first.fingerprint}\necho good`;

    const { lines } = box.run(oneStep('try_it', piece('verify-key'), old, trying(body)));

    expect(lines.slice(1)).toEqual(['good', WELL]);
  });
});
