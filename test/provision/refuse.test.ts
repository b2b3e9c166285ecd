import { describe, expect, it } from '@jest/globals';
import type { Facts } from '../../src/provision/contract.js';
import { refuseUnfit } from '../../src/provision/refuse.js';
import { failureOf, told } from '../helpers/failure.js';
import { recordingReporter, type RecordingReporter } from '../helpers/reporter.js';
import { facts, wanted } from './support/hosts.js';

const NOW_SECONDS = 1_800_000_000;

function check(host: Partial<Facts>, report: RecordingReporter = recordingReporter()): void {
  refuseUnfit(facts(host), wanted(), {
    report,
    signal: new AbortController().signal,
    machineName: 'web-1',
    cacheFolder: '/nowhere',
    now: () => new Date(NOW_SECONDS * 1_000),
  });
}

const withRival = (rivals: readonly string[]): Partial<Facts> => ({ engine: { ...facts().engine, rivals } });

describe('a host is refused', () => {
  it.each([
    {
      title: 'without a way to become root',
      host: { user: 'admin', sudo: { can: false, reason: 'sudo: a password is required' } } as const,
      code: 'ProvisionFailed',
      message: 'user "admin" may not become root on web-1 without a password',
      suggestions: [
        "On the host, as root: echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin",
        'Log in as root instead',
      ],
      cause: 'sudo: a password is required',
    },
    {
      title: 'with another init system',
      host: { init: 'other' } as const,
      code: 'UnsupportedHost',
      message: 'web-1 runs neither systemd nor OpenRC',
      suggestions: [],
    },
    {
      title: 'whose port is taken',
      host: { portTakenBy: 'nginx' },
      code: 'ProvisionFailed',
      message: 'port 2376 of web-1 is taken by nginx',
      suggestions: ['Stop that program on the host, then: berth provision web-1'],
    },
    {
      title: 'where somebody else tells the engine where to listen',
      host: withRival(['/etc/systemd/system/docker.service.d/override.conf', '/x']),
      code: 'ProvisionFailed',
      message: '/etc/systemd/system/docker.service.d/override.conf on web-1 tells the engine where to listen, too',
      suggestions: ['berth ssh web-1 sudo rm /etc/systemd/system/docker.service.d/override.conf'],
    },
    {
      title: 'whose clock is behind',
      host: { clock: NOW_SECONDS - 241 },
      code: 'ProvisionFailed',
      message: 'the clock of web-1 is 241 s behind: its engine would refuse certificates',
      suggestions: ['Set the clock of the host: timedatectl set-ntp true'],
    },
    {
      title: 'whose clock is far ahead',
      host: { clock: NOW_SECONDS + 86_401 },
      code: 'ProvisionFailed',
      message: 'the clock of web-1 is 86401 s ahead: its engine would refuse certificates',
      suggestions: ['Set the clock of the host: timedatectl set-ntp true'],
    },
  ])('$title', async ({ host, code, message, suggestions, cause }) => {
    const failure = await failureOf(() => check(host));

    expect(told(failure)).toEqual({ code, message, exitCode: 4 });
    expect(failure.suggestions).toEqual(suggestions);
    expect((failure.cause as Error | undefined)?.message).toBe(cause);
  });

  it('for the lack of root first', async () => {
    const host: Partial<Facts> = { init: 'other', portTakenBy: 'x', sudo: { can: false, reason: 'no' }, clock: 0 };

    expect((await failureOf(() => check(host))).message).toBe(
      'user "root" may not become root on web-1 without a password',
    );
  });
});

it.each([
  { offSeconds: 0, lines: [] },
  { offSeconds: -240, lines: [] },
  { offSeconds: 240, lines: [] },
  { offSeconds: 241, lines: ['warn: the clock of web-1 is 241 s ahead of ours'] },
  { offSeconds: 86_400, lines: ['warn: the clock of web-1 is 86400 s ahead of ours'] },
])('a host is taken whose clock is off by $offSeconds s', ({ offSeconds, lines }) => {
  const report = recordingReporter();

  check({ clock: NOW_SECONDS + offSeconds }, report);

  expect(report.lines).toEqual(lines);
});
