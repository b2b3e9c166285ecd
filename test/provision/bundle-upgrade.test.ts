import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BADLY, oneStep, piece, WELL } from './support/pieces.js';
import { sandbox, type Sandbox } from './support/sandbox.js';

const upgrade = (version = ''): string =>
  oneStep('upgrade_engine', piece('bundle'), piece('bundle-upgrade', { version, withinSeconds: '9' }));
const program = (name: string, version: string): string =>
  `#!/bin/sh\n[ "$1" = --version ] && echo "${name} version ${version}, build 0"\nexit 0\n`;

/** A host with an engine of version 27.5.1 from a bundle, and a delivered bundle of programs by their names. */
function host(programs: Readonly<Record<string, string>>): Sandbox {
  const box = sandbox();
  box.tools('ln', 'cmp');
  box.fake('systemctl');
  box.fake('journalctl', 'echo "failed to start daemon"');
  for (const name of ['dockerd', 'containerd']) box.file(`/usr/local/bin/${name}`, program(name, '27.5.1'), 0o755);
  const packed = join(box.root, 'packed/docker');
  mkdirSync(packed, { recursive: true });
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(packed, name), text, { mode: 0o700 });
  execFileSync('tar', ['-czf', join(box.work, 'bundle.tgz'), '-C', join(packed, '..'), 'docker']);
  return box;
}

const NEW = { dockerd: program('dockerd', '28.2.2'), containerd: program('containerd', '28.2.2') };
const versions = (box: Sandbox): (string | undefined)[] =>
  ['dockerd', 'containerd'].map((name) => /version ([\d.]+)/.exec(box.read(`/usr/local/bin/${name}`) ?? '')?.[1]);
const leftOver = (box: Sandbox): (string | undefined)[] =>
  ['.berth-new', '.berth-before'].map((folder) => box.read(`/usr/local/bin/${folder}/docker/dockerd`));
const mark = (box: Sandbox): string | undefined => box.read('/usr/local/share/berth/engine-bundle');
const restarts = (box: Sandbox): string[] =>
  box.calls('systemctl').flatMap(([, verb, unit = '']) => (verb === 'restart' ? [unit] : []));
const UNITS = ['containerd.service', 'docker.service'];

describe('an upgrade from a static bundle', () => {
  it('puts its programs in place, restarts them, and leaves nothing else behind', () => {
    using box = host(NEW);

    const { lines } = box.run(upgrade('28'));

    expect(lines).toEqual(['@berth begin 0', WELL]);
    expect(versions(box)).toEqual(['28.2.2', '28.2.2']);
    expect(restarts(box)).toEqual(UNITS);
    expect(leftOver(box)).toEqual([undefined, undefined]);
    const digest = createHash('sha256')
      .update(readFileSync(join(box.work, 'bundle.tgz')))
      .digest('hex');
    expect(mark(box)).toBe(`${digest}\n`);
  });

  it('restarts nothing where the host has these programs already', () => {
    using box = host({ dockerd: program('dockerd', '27.5.1') });

    expect(box.run(upgrade()).lines).toEqual(['@berth begin 0', WELL]);
    expect(restarts(box)).toEqual([]);
    expect(mark(box)).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('falls back to the programs of before where the new engine does not start', () => {
    using box = host(NEW);
    box.fake(
      'systemctl',
      `[ "$1 $2" != 'restart docker.service' ] || ! grep -q 28.2.2 "$SANDBOX/usr/local/bin/dockerd"`,
    );

    const { lines } = box.run(upgrade());

    expect(lines).toEqual([
      '@berth begin 0',
      '@berth note the new engine does not answer; putting the old one back',
      'failed to start daemon',
      BADLY,
    ]);
    expect(versions(box)).toEqual(['27.5.1', '27.5.1']);
    expect(restarts(box)).toEqual([...UNITS, ...UNITS]);
    expect([mark(box), ...leftOver(box)]).toEqual([undefined, undefined, undefined]);
  });

  it('falls back where the new engine starts and does not answer', () => {
    using box = host({ ...NEW, docker: '#!/bin/sh\necho "cannot connect"\nexit 1\n' });

    const { lines } = box.run(upgrade());

    expect(lines.slice(0, 3)).toEqual([
      '@berth begin 0',
      'cannot connect',
      '@berth note the new engine does not answer; putting the old one back',
    ]);
    expect(versions(box)).toEqual(['27.5.1', '27.5.1']);
  });

  it('begins with the programs of before where an earlier one was cut off', () => {
    using box = host(NEW);
    box.file('/usr/local/bin/.berth-before/dockerd', program('dockerd', '27.5.1'), 0o755);
    box.file('/usr/local/bin/dockerd', 'half a program', 0o755);

    const { lines } = box.run(upgrade());

    expect(lines).toEqual([
      '@berth begin 0',
      '@berth note an earlier upgrade was cut off; beginning with the programs of before',
      WELL,
    ]);
    expect(versions(box)).toEqual(['28.2.2', '28.2.2']);
    expect(restarts(box)).toEqual(UNITS);
  });

  it.each([
    {
      title: 'does not run there',
      programs: { ...NEW, containerd: '#!/bin/sh\necho "no such library" >&2\nexit 127\n' },
      says: ['no such library', 'the containerd of the bundle does not run on this host'],
    },
    {
      title: 'holds another version than the one that is asked for',
      programs: NEW,
      wanted: '28.2.20',
      says: ['the bundle holds engine 28.2.2, not 28.2.20'],
    },
    { title: 'holds no engine', programs: { runc: 'x' }, says: ['the bundle holds no docker/dockerd'] },
  ])('is refused before anything has changed where it $title', ({ programs, wanted = '', says }) => {
    using box = host(programs);

    const { lines } = box.run(upgrade(wanted));

    expect(lines).toEqual(['@berth begin 0', ...says, BADLY]);
    expect(versions(box)).toEqual(['27.5.1', '27.5.1']);
    expect(restarts(box)).toEqual([]);
    expect(leftOver(box)).toEqual([undefined, undefined]);
  });
});
