import { describe, expect, it } from '@jest/globals';
import { findDriver } from '../../drivers/index.js';
import { installFlagsOf, installWish, type InstallFlags } from '../../src/cli/install-flags.js';
import type { Asker } from '../../src/cli/prompt.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { AnyDriverSpec } from '../../src/driver.js';
import type { Installation } from '../../src/lifecycle/install-os.js';
import { planMachine } from '../../src/lifecycle/plan.js';
import { parseName } from '../../src/name.js';
import { DEFAULT_ENGINE } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { recordingReporter } from '../helpers/reporter.js';

function driver(name: string): AnyDriverSpec {
  const spec = findDriver(name);
  if (!spec) throw new Error(`no driver ${name}`);
  return spec;
}

describe('the flags of an installation', () => {
  it.each<{ flags: Readonly<Record<string, unknown>>; wish: InstallFlags | undefined }>([
    { flags: {}, wish: undefined },
    { flags: { 'install-os': false, 'install-os-dry-run': false }, wish: undefined },
    { flags: { 'install-os': true }, wish: { isDryRun: false } },
    {
      flags: {
        ...{ 'install-os': true, 'install-os-dry-run': true },
        ...{ 'install-os-erase': '/dev/sda', 'install-os-image': 'debian12' },
      },
      wish: { isDryRun: true, disk: '/dev/sda', image: 'debian12' },
    },
  ])('are read: $flags', ({ flags, wish }) => {
    expect(installFlagsOf(flags, driver('generic'))).toEqual(wish);
  });

  it.each([
    { flags: { 'install-os-erase': '/dev/sda' }, message: 'option --install-os-erase goes with --install-os' },
    { flags: { 'install-os-dry-run': true }, message: 'option --install-os-dry-run goes with --install-os' },
  ])('mean nothing alone: $message', async ({ flags, message }) => {
    const failure = await failureOf(() => installFlagsOf(flags, driver('generic')));

    expect(told(failure)).toEqual({ code: 'BadUsage', message, exitCode: 2 });
  });

  it.each(['qemu', 'none', 'hetzner'])('are for servers that somebody has, and not for %s', async (name) => {
    const failure = await failureOf(() => installFlagsOf({ 'install-os': true }, driver(name)));

    expect(failure.message).toBe(`option --install-os is for servers that you have, not for the driver ${name}`);
  });
});

interface Scene {
  readonly flags?: InstallFlags;
  readonly answer?: string;
  readonly hasTerminal?: boolean;
  readonly servers?: number;
}

function scene({ flags = { isDryRun: false }, answer = '', hasTerminal = true, servers = 1 }: Scene) {
  const asked: string[] = [];
  const report = recordingReporter();
  const asker = {
    text: async (question: string) => {
      asked.push(question);
      return answer;
    },
  } as unknown as Asker;
  const terminal = { stdinIsTty: hasTerminal, stderrIsTty: true } as Terminal;
  const commandLine = 'berth create -d generic --install-os web-1';
  const wish = installWish(flags, { asker, terminal, environment: {}, commandLine, report, servers });
  return { confirm: () => wish.confirm(installation()), asked, lines: report.lines };
}

function installation(): Installation {
  const planned = planMachine({
    ...{ name: parseName('web-1'), spec: driver('generic'), engine: DEFAULT_ENGINE, tlsSans: [], now: new Date(0) },
    options: { 'ip-address': '192.0.2.7', 'ssh-user': 'root', 'ssh-port': 22, 'engine-port': 2376 },
  });
  return { machine: { ...planned, address: '192.0.2.7' }, disk: '/dev/vda', lines: ['Lost for good:'] };
}

describe('whoever loses all that is on a server', () => {
  it.each(['192.0.2.7', 'web-1', ' web-1 '])(
    'hears what it is, and types its address or name: "%s"',
    async (answer) => {
      const { confirm, asked, lines } = scene({ answer });

      await confirm();

      expect(lines).toEqual(['info: Lost for good:']);
      expect(asked).toEqual(['Type 192.0.2.7 or web-1 to erase /dev/vda of this server:']);
    },
  );

  it.each(['', 'y', 'yes', 'web-2'])('changes nothing by another answer: "%s"', async (answer) => {
    const failure = await failureOf(scene({ answer }).confirm());

    expect(told(failure)).toEqual({
      ...{ code: 'Cancelled', exitCode: 130 },
      message: `nothing was changed: "${answer}" is not the server to erase`,
    });
  });

  it.each<{ title: string; where: Scene }>([
    { title: 'without a terminal', where: { hasTerminal: false } },
    { title: 'for several servers at once', where: { servers: 2 } },
  ])('is told the line to give $title', async ({ where }) => {
    const { confirm, asked } = scene({ answer: 'web-1', ...where });

    const failure = await failureOf(confirm());

    expect(told(failure)).toMatchObject({
      ...{ code: 'BadUsage', message: 'nobody can be asked here whether disk "/dev/vda" of web-1 may be erased' },
    });
    expect(failure.suggestions).toEqual(['berth create -d generic --install-os web-1 --install-os-erase /dev/vda']);
    expect(asked).toEqual([]);
  });

  it('is asked nothing where the disk was named', async () => {
    const { confirm, asked, lines } = scene({ flags: { isDryRun: false, disk: '/dev/vda' }, hasTerminal: false });

    await confirm();

    expect([asked, lines]).toEqual([[], ['info: Lost for good:']]);
  });
});
