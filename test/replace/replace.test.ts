import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { MachineError } from '../../src/errors.js';
import { archiveStream, systemArchive } from '../../src/replace/archive.js';
import { planReplacement } from '../../src/replace/plan.js';
import { lookAtServer, replaceSystem } from '../../src/replace/replace.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { recordingReporter, type RecordingReporter } from '../helpers/reporter.js';
import { notedHost, type NotedHost } from './support/host.js';
import { SERVER, smallImage, wishOf } from './support/server.js';

const { signal } = new AbortController();

async function replace(noted: NotedHost, report: RecordingReporter = recordingReporter()): Promise<Buffer> {
  using folder = testFolder();
  const image = smallImage(folder.path);
  await replaceSystem(noted.host, planReplacement(SERVER, wishOf({ image })), { report, signal });
  return await buffer(archiveStream(systemArchive(image), 0));
}

describe('replacing a system', () => {
  it('sends the OS, loads it, and leaves, in four exchanges', async () => {
    const noted = notedHost({ printed: { 'prepare.sh': 'there=0\n', 'load.sh': 'loaded=1\n' } });
    const report = recordingReporter();

    const archive = await replace(noted, report);

    expect(noted.calls).toEqual(['prepare.sh', 'sh', 'load.sh', 'leave.sh']);
    expect(noted.appended).toEqual(archive);
    expect(report.lines).toEqual([
      'step: Sending the OS (0 MB)',
      'step: Loading the OS beside the running system',
      'step: Leaving the running system',
    ]);
  });

  it('hands over what the server keeps, readable by root alone', async () => {
    const noted = notedHost({ printed: { 'load.sh': 'loaded=1\n' } });

    await replace(noted);

    const texts = Object.fromEntries(noted.delivered.map(({ path, content }) => [path, content]));
    expect(texts).toMatchObject({
      ...{ authorized_keys: SERVER.authorizedKeys, hostname: 'rented', network: '52:54:00:12:34:56=dhcp\n' },
    });
    expect([...new Set(noted.delivered.map(({ mode }) => mode))]).toEqual([0o600]);
  });

  it('goes on where a transfer broke off', async () => {
    const noted = notedHost({ printed: { 'prepare.sh': 'there=5000\n', 'load.sh': 'loaded=1\n' } });

    const archive = await replace(noted);

    expect(noted.appended).toEqual(archive.subarray(5_000));
  });

  it('leaves what has arrived for the next attempt when the connection breaks', async () => {
    const noted = notedHost({ failing: { sh: new MachineError('HostUnreachable', 'the connection broke') } });

    await failureOf(replace(noted));

    expect(noted.calls).toEqual(['prepare.sh', 'sh']);
  });

  it.each([
    {
      fault: 'sum',
      code: 'ProvisionFailed',
      message: 'what arrived on web-1 is not what was sent; it was thrown away',
    },
    { fault: 'driver igb', code: 'UnsupportedHost', message: 'the OS has no driver "igb", which web-1 needs' },
    {
      fault: 'squashfs mount: wrong fs type',
      code: 'UnsupportedHost',
      message: 'the kernel of web-1 cannot read the OS, to look whether it fits',
    },
    {
      fault: 'kexec kexec_file_load failed: Operation not permitted',
      code: 'UnsupportedHost',
      message: 'the kernel of web-1 refuses to load another one',
    },
    { fault: 'memory', code: 'ProvisionFailed', message: 'cannot prepare web-1; it is as it was' },
  ])('ends before anything is lost, and takes all back: $fault', async ({ fault, code, message }) => {
    const noted = notedHost({ printed: { 'load.sh': `fault=${fault}\n` } });

    const failure = await failureOf(replace(noted));

    expect(told(failure)).toMatchObject({ code, message });
    expect(noted.calls).toEqual(['prepare.sh', 'sh', 'load.sh', 'forget.sh']);
  });

  it('takes all back when it is interrupted', async () => {
    const noted = notedHost({ failing: { sh: new MachineError('Cancelled', 'interrupted') } });

    await failureOf(replace(noted));

    expect(noted.calls).toEqual(['prepare.sh', 'sh', 'forget.sh']);
  });
});

it('a server whose shell says something else is refused', async () => {
  const { host } = notedHost({ printed: { 'probe.sh': 'This account is not available.\n' } });

  const failure = await failureOf(lookAtServer(host, 'web-1', signal));

  expect(told(failure)).toMatchObject({
    ...{ code: 'UnsupportedHost', message: 'web-1 has no POSIX shell that answers as one should' },
  });
});
