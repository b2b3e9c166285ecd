import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { parseHostFacts } from '../../src/doctor/host-facts.js';
import { renderProbe } from '../../src/probe.js';

describe('what a host prints', () => {
  it('is read as facts', () => {
    const lines = [
      'clock=1800000000',
      'sudo=no',
      `sudo_words=${Buffer.from('a password is required\n').toString('hex')}`,
    ];
    const engine = ['unit=inactive', 'load=loaded', 'listening=1', 'size_kib=1000', 'free_kib=10', 'inodes=50'];

    const facts = parseHostFacts(
      [...lines, ...engine, 'free_inodes=5', 'updates=3', 'reboot=1', 'end=1', ''].join('\n'),
    );

    expect(facts).toEqual({
      clock: 1_800_000_000,
      sudoRefusal: 'a password is required',
      unit: 'inactive',
      isInstalled: true,
      isListening: true,
      disk: { total: 1000, free: 10 },
      inodes: { total: 50, free: 5 },
      updates: 3,
      wantsReboot: true,
    });
  });

  it('leaves out what the host could not tell', () => {
    expect(parseHostFacts('clock=1800000000\nsudo=root\nload=not-found\nend=1\n')).toEqual({
      clock: 1_800_000_000,
      isInstalled: false,
      isListening: false,
      updates: 0,
      wantsReboot: false,
    });
  });

  it('is nothing when it was cut short', () => {
    expect(parseHostFacts('clock=1800000000\nsudo=root\n')).toBeUndefined();
  });

  it.each(['sh', 'bash', 'busybox'])('comes whole from a real %s', (shell) => {
    const script = renderProbe('doctor/host.sh', { port: '2376' });
    const words = shell === 'busybox' ? ['sh', '-s'] : ['-s'];

    // No package manager: asking one takes seconds.
    const facts = parseHostFacts(
      execFileSync(shell, words, {
        input: script.replaceAll(/command -v (apt-get|dnf|apk|zypper)/g, 'false'),
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      }),
    );

    expect([facts?.updates, (facts?.disk?.total ?? 0) > 0]).toEqual([0, true]);
    expect(Math.abs((facts?.clock ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });
});
