import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProvisionContext, Provisioned, Wanted } from '../../src/provision/contract.js';
import { provisionHost } from '../../src/provision/provision.js';
import { failureOf, told } from '../helpers/failure.js';
import { hostFolder } from '../helpers/host-folder.js';
import { recordingReporter } from '../helpers/reporter.js';
import { sshServer } from '../helpers/ssh-server.js';
import { REPOSITORY, wanted } from './support/hosts.js';

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** What a probe prints of a Debian with an engine, or without one. */
const probed = (...lines: readonly string[]): string =>
  [
    'user=root',
    'sudo=root',
    `os_release=${hex('ID=debian\nVERSION_CODENAME=bookworm\n')}`,
    'arch=x86_64',
    'init=systemd',
    'clock=1800000000',
    ...lines,
    'end=1',
    '',
  ].join('\n');
const ENGINE = ['dockerd=/usr/bin/dockerd', 'version=28.2.2', 'running=1', 'enabled=1'];

const lines: string[] = [];
afterEach(() => void lines.splice(0));

/** Provisions a host whose probe says this, and whose apply script succeeds. */
async function provisioned(
  probe: string,
  wish: Wanted = wanted(),
  context: Partial<ProvisionContext> = {},
): Promise<Provisioned & { exchanges: number }> {
  const answers = [probe, '@berth begin 0\n@berth end 0\n'];
  await using server = await sshServer({ answers: () => ({ stdout: answers.shift() ?? '' }) });
  await using folder = await hostFolder();
  await using host = await folder.connect(server);
  const result = await provisionHost(host, wish, {
    report: recordingReporter(lines),
    signal: new AbortController().signal,
    repository: REPOSITORY,
    machineName: 'web-1',
    cacheFolder: folder.path,
    now: () => new Date(1_800_000_000_000),
    ...context,
  });
  return { ...result, exchanges: host.exchanges };
}

describe('provisioning', () => {
  it('looks and acts in two exchanges on a host with an engine', async () => {
    const { steps, exchanges, facts } = await provisioned(probed(...ENGINE));

    expect(steps).toEqual(['Configuring the engine']);
    expect(exchanges).toBe(2);
    expect(facts.engine.version).toBe('28.2.2');
    expect(lines).toEqual(['step: Looking at the host', 'step: Configuring the engine']);
  });

  it.each([
    { title: 'nobody listens on its port', more: [], told: 1 },
    { title: 'it listens already, so that an answer could be the old one', more: ['listening=1'], told: 0 },
  ])('tells that the engine is started: $told times where $title', async ({ more, told: expected }) => {
    let times = 0;

    await provisioned(probed(...ENGINE, ...more), wanted(), { onStarting: () => void (times += 1) });

    expect(times).toBe(expected);
  });

  it('installs the engine where there is none', async () => {
    const { steps } = await provisioned(probed('reach=1', 'reach_docker=1'));

    expect(steps).toEqual([
      "Adding Docker's package repository",
      "Installing the engine (Docker's packages)",
      'Configuring the engine',
    ]);
  });

  it.each([
    { version: '', warns: false },
    { version: '28', warns: false },
    { version: '28.2.2', warns: false },
    { version: '28.2.20', warns: true },
    { version: '2', warns: true },
    { version: '27.5.1', warns: true },
  ])(
    'never replaces an engine, and says so where another version is asked for: $version',
    async ({ version, warns }) => {
      const { steps } = await provisioned(probed(...ENGINE), wanted({ version }));

      const warning = `warn: the host has engine 28.2.2, not ${version}; provisioning never replaces an engine`;
      expect(steps).toEqual(['Configuring the engine']);
      expect(lines.filter((line) => line.startsWith('warn'))).toEqual(warns ? [warning] : []);
    },
  );

  it('refuses before certificates are made and anything is changed', async () => {
    let asked = 0;
    const wish = wanted({}, { certificates: () => (asked++, Promise.reject(new Error('no'))) });

    const failure = await failureOf(provisioned(probed('listener=nginx'), wish));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: 'port 2376 of web-1 is taken by nginx',
      exitCode: 4,
    });
    expect(asked).toBe(0);
  });

  it('issues no certificates for an engine that cannot be had', async () => {
    let asked = 0;
    const wish = wanted({ bundle: '/nowhere.tgz' }, { certificates: () => (asked++, Promise.reject(new Error('no'))) });

    const failure = await failureOf(provisioned(probed('reach=1'), wish));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'option --engine-bundle names a file that does not exist: "/nowhere.tgz"',
      exitCode: 2,
    });
    expect(asked).toBe(0);
  });
});
