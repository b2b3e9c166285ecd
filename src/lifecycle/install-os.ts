import type { AnyDriverSpec } from '../driver.js';
import { isMachineError, MachineError } from '../errors.js';
import type { Host } from '../host/host.js';
import { poll } from '../poll.js';
import type { Machine } from '../record.js';
import type { Replacement, ReplaceTools, ServerFacts } from '../replace/contract.js';
import { connectTo } from './host-connection.js';
import type { Program } from './program.js';

/** A server's system shall give way to berth's OS. */
export interface InstallWish {
  /** As `berth os ls` names it; the newest otherwise. */
  readonly image?: string;
  /** The disk to erase, "/dev/vda" say; the one that the system lies on otherwise. */
  readonly disk?: string;
  /** Hears what will happen, before anything does. @throws MachineError Cancelled, BadUsage where it shall not */
  readonly confirm: (installation: Installation) => Promise<void>;
}

/** What would be done to a server. */
export interface Installation {
  readonly machine: Machine;
  /** The disk that is erased, "/dev/vda" say. */
  readonly disk: string;
  /** For people. */
  readonly lines: readonly string[];
}

/** Loading, writing the disk and starting services; a large server's firmware takes no part. In milliseconds. */
const SYSTEM_WITHIN_MS = 1_200_000;
/** A kernel that has not started the other one by then will not. In milliseconds. */
const LEAVES_WITHIN_MS = 120_000;
/** Of one look at a server that may be between two systems, in milliseconds. */
const LOOK_WITHIN_MS = 20_000;

/**
 * Replaces the system of a machine's server, and waits for the new one, which has the same addresses, logins and host keys.
 * @throws MachineError UnsupportedHost and what `confirm` throws, with nothing done and a new record gone; ProvisionFailed, TimedOut
 */
export async function installOs(
  machine: Machine,
  wish: InstallWish & { readonly isNew: boolean },
  program: Program,
): Promise<void> {
  const left = await leaveOldSystem(machine, wish, program);
  if (left) await program.report.step('Waiting for the new system', () => waitForSystem(machine, left, program));
}

/** What would be done to a server that has no record yet. Its host key is taken as it comes, and not kept. */
export function previewInstallation(
  machine: Machine,
  { spec, ...wish }: Pick<InstallWish, 'image' | 'disk'> & { readonly spec: AnyDriverSpec },
  program: Program,
): Promise<Installation> {
  return program.withTemporaryFolder(async (folder) => {
    const knownHostsPath = `${folder}/known_hosts`;
    const { keyPath } = spec.login(machine.options);
    const ssh = { ...machine.ssh, ...(keyPath === undefined ? {} : { keyPath }) };
    const connect: Program['connect'] = (request) => program.connect({ ...request, knownHostsPath });
    await using host = await connectTo({ ...machine, ssh }, { ...program, connect });
    const known = (await program.readUserFile(knownHostsPath)) ?? '';
    const { installation } = await planOn(host, { machine, wish, known }, program);
    return installation;
  });
}

async function leaveOldSystem(
  machine: Machine,
  wish: InstallWish & { readonly isNew: boolean },
  program: Program,
): Promise<ServerFacts | undefined> {
  const { store, report, signal } = program;
  await using host = await connectTo(machine, program);
  let planned: Planned;
  try {
    const known = (await store.readFile(machine.name, 'known_hosts')) ?? '';
    planned = await planOn(host, { machine, wish, known }, program);
    if (planned.replacement) await wish.confirm(planned.installation);
  } catch (error) {
    // Nothing exists that was not there before.
    if (wish.isNew) await store.remove(machine.name);
    throw error;
  }
  const { replacement, tools } = planned;
  if (!replacement) {
    report.info(`${machine.name} has berth's OS already: nothing is installed`);
    return undefined;
  }
  await tools.replaceSystem(host, replacement, { report, signal });
  return replacement.facts;
}

interface Planned {
  readonly tools: ReplaceTools;
  readonly installation: Installation;
  /** Absent where the server has berth's OS already. */
  readonly replacement?: Replacement;
}

async function planOn(
  host: Host,
  {
    machine,
    wish,
    known,
  }: { readonly machine: Machine; readonly wish: Pick<InstallWish, 'image' | 'disk'>; readonly known: string },
  program: Program,
): Promise<Planned> {
  const { report, signal, store, cacheFolder } = program;
  const { name } = machine;
  const tools = await program.replacement();
  const facts = await report.step('Looking at the server', () => tools.lookAtServer(host, name, signal));
  if (facts.os.id === 'berth')
    return {
      tools,
      installation: { machine, disk: '', lines: [`${name} has berth's OS already: nothing is installed.`] },
    };
  const image = await tools.imageFor(facts.arch, wish.image, cacheFolder);
  const publicKey = await store.readFile(name, 'id_rsa.pub');
  const replacement = tools.planReplacement(facts, {
    ...{ name, image, enginePort: machine.enginePort },
    ...{ knownKeys: known.split('\n').flatMap((line) => line.split(' ')[2] ?? []) },
    ...(wish.disk === undefined ? {} : { disk: wish.disk }),
    ...(publicKey === undefined ? {} : { publicKey }),
  });
  const lines = tools.describeReplacement(replacement);
  return { tools, replacement, installation: { machine, disk: `/dev/${replacement.disk.name}`, lines } };
}

/** The one with the same keys and another boot. */
async function waitForSystem(machine: Machine, { bootId }: ServerFacts, program: Program): Promise<void> {
  const began = performance.now();
  let last: unknown;
  await poll(
    async (signal) => {
      const look = { ...program, signal, sshWithinMs: LOOK_WITHIN_MS };
      const seen = await identify(machine, look).catch((error: unknown) => {
        if (!isMachineError(error) || error.code === 'HostKeyChanged') throw error;
        last = error;
        return undefined;
      });
      if (seen?.bootId === bootId && performance.now() - began > LEAVES_WITHIN_MS)
        throw new MachineError(
          'ProvisionFailed',
          `the kernel of ${machine.name} did not start the new one: it is as it was`,
        );
      if (seen === undefined || seen.bootId === bootId) return undefined;
      if (seen.os !== 'berth') throw wentBack(machine);
      return true;
    },
    {
      ...{
        what: `the new system of ${machine.name}`,
        withinMs: SYSTEM_WITHIN_MS,
        everyMs: 1_000,
        atMostEveryMs: 5_000,
      },
      signal: program.signal,
      lastWords: () => last,
      suggestions: [
        'Look at its console, and start the rescue system of its provider',
        'Reset it by its provider: before its disk was erased, that brings the old system back',
      ],
    },
  );
}

async function identify(machine: Machine, program: Program): Promise<{ bootId: string; os: string }> {
  await using host = await connectTo(machine, program, { retry: false });
  const { stdout } = await host.run(
    ['sh', '-c', '. /etc/os-release && echo "$ID" && cat /proc/sys/kernel/random/boot_id'],
    { signal: program.signal, timeoutMs: LOOK_WITHIN_MS },
  );
  const [os = '', bootId = ''] = stdout.split('\n');
  return { os, bootId };
}

function wentBack({ name }: Machine): MachineError {
  return new MachineError('ProvisionFailed', `${name} has started its old system again: its disk was not written`, {
    suggestions: ['Look at its console for a line with "berth: cannot install"', `berth rm ${name}`],
  });
}
