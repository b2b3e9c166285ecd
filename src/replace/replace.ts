import { join } from 'node:path';
import { isMachineError, MachineError } from '../errors.js';
import type { Host, HostFile } from '../host/host.js';
import { renderProbe } from '../probe.js';
import { lookAt } from '../provision/probe.js';
import { renderTemplate } from '../template.js';
import { archiveStream, archiveSum, bytesToSend, systemArchive, type SystemArchive } from './archive.js';
import type { ReplaceContext, Replacement, ServerFacts } from './contract.js';
import { parseServerFacts } from './facts.js';
import { fixedAddress, isByDhcp } from './plan.js';
import { unfit } from './refuse.js';

export { describeReplacement } from './describe.js';
export { imageFor } from './image.js';
export { planReplacement } from './plan.js';

/** A folder in the server's memory: what is in it is gone with its system. */
const PLACE = '/run/berth-install';
/** In milliseconds. */
const LOAD_WITHIN_MS = 600_000;
const QUICK_MS = 60_000;

/** Changes nothing. @throws MachineError UnsupportedHost when the server has no shell that answers */
export function lookAtServer(host: Host, machineName: string, signal: AbortSignal): Promise<ServerFacts> {
  return lookAt(host, { text: probeScript(), parse: parseServerFacts, machineName, signal });
}

/** `root` is the folder that stands for `/`, for tests. */
export function probeScript(root = ''): string {
  return renderTemplate('replace/disk-key.sh', {}) + renderProbe('replace/probe.sh', { root });
}

/** Puts the OS into the server's memory and starts it. Until it starts, the server is as it was when this fails. */
export async function replaceSystem(host: Host, replacement: Replacement, context: ReplaceContext): Promise<void> {
  const { report, signal } = context;
  const size = `${Math.round(bytesToSend(replacement.wish.image) / 1e6)} MB`;
  try {
    await report.step(`Sending the OS (${size})`, () => send(host, replacement, context));
    await report.step('Loading the OS beside the running system', () => load(host, replacement, signal));
    await report.step('Leaving the running system', () => leave(host, signal));
  } catch (error) {
    // What has arrived of an upload that broke off is used by the next one.
    if (!isMachineError(error, 'HostUnreachable')) await forget(host);
    throw error;
  }
}

async function send(host: Host, { wish }: Replacement, { signal, report }: ReplaceContext): Promise<void> {
  const archive = systemArchive(wish.image);
  const mebibytes = Math.ceil(bytesToSend(wish.image) / 1_048_576) + 16;
  const text = renderTemplate('replace/prepare.sh', {
    ...{ place: PLACE, mebibytes: String(mebibytes), bytes: String(archive.bytes) },
  });
  const quick = { sudo: true, signal, timeoutMs: QUICK_MS };
  const { stdout } = await host.runScript({ name: 'prepare.sh', text }, quick);
  const there = Number(/^there=(\d+)$/m.exec(stdout)?.[1] ?? 0);
  if (there > 0) report.debug(`${there} of ${archive.bytes} bytes are there already`);
  const append = ['sh', '-c', 'exec cat >>"$1"', 'sh', join(PLACE, 'system.cpio')] as const;
  if (there < archive.bytes) await host.run(append, { sudo: true, signal, input: archiveStream(archive, there) });
}

async function load(host: Host, replacement: Replacement, signal: AbortSignal): Promise<void> {
  const { image, name } = replacement.wish;
  const archive = systemArchive(image);
  const files = filesToLoad(replacement, archive, await archiveSum(archive));
  const { stdout } = await host.deliver(files, 'load.sh', { sudo: true, signal, timeoutMs: LOAD_WITHIN_MS });
  const fault = /^fault=(.*)$/m.exec(stdout)?.[1];
  if (fault !== undefined) throw faultError(name, fault);
}

function filesToLoad(
  { wish, facts, disk, network, authorizedKeys, commandLine }: Replacement,
  { offset }: SystemArchive,
  sum: string,
): readonly HostFile[] {
  const { user, sshPort, hostname, network: found } = facts;
  const load = renderTemplate('replace/load.sh', {
    ...{ place: PLACE, sum, offset: String(offset), commandLine, user, port: String(sshPort) },
    enginePort: String(wish.enginePort),
    ...{ disk: disk.name, card: found.card ?? '' },
  });
  const { folder } = wish.image;
  const file = (path: string, content: HostFile['content']): HostFile => ({ path, content, mode: 0o600 });
  return [
    file('load.sh', load),
    file('forget.sh', renderTemplate('replace/forget.sh', { place: PLACE })),
    file('init', firstProcess({ disk, facts })),
    file('authorized_keys', authorizedKeys),
    file('hostname', hostname),
    file('network', network.map((line) => `${line}\n`).join('')),
    file('kernel', { localPath: join(folder, 'kernel') }),
    file('initramfs', { localPath: join(folder, 'initramfs') }),
  ];
}

/** The program that installs, once the new kernel runs. */
export function firstProcess({ disk, facts }: Pick<Replacement, 'disk' | 'facts'>): string {
  const { mac = '', ipv4 } = facts.network;
  const address = isByDhcp(ipv4) ? 'dhcp' : (fixedAddress(ipv4) ?? '');
  const text = renderTemplate('replace/init.sh', { disk: disk.key, mac, address, gateway: ipv4.gateway ?? '' });
  const [shebang = '', ...lines] = text.split('\n');
  return [shebang, renderTemplate('replace/disk-key.sh', {}) + lines.join('\n')].join('\n');
}

function faultError(name: string, fault: string): MachineError {
  const [kind = '', ...rest] = fault.split(' ');
  const cause = new Error(rest.join(' '));
  switch (kind) {
    case 'sum':
      return new MachineError('ProvisionFailed', `what arrived on ${name} is not what was sent; it was thrown away`);
    case 'driver':
      return unfit(`the OS has no driver "${rest.join(' ')}", which ${name} needs`);
    case 'squashfs':
      return unfit(`the kernel of ${name} cannot read the OS, to look whether it fits`, [], cause);
    case 'kexec':
      return unfit(
        `the kernel of ${name} refuses to load another one`,
        ['Switch Secure Boot off at the provider or in the firmware'],
        cause,
      );
    default:
      return new MachineError('ProvisionFailed', `cannot prepare ${name}; it is as it was`, {
        cause: new Error(fault),
      });
  }
}

/** Best effort: it is memory, and the next attempt or the next boot clears it. */
async function forget(host: Host): Promise<void> {
  const text = renderTemplate('replace/forget.sh', { place: PLACE });
  await host.runScript({ name: 'forget.sh', text }, { sudo: true, timeoutMs: QUICK_MS }).catch(() => {});
}

async function leave(host: Host, signal: AbortSignal): Promise<void> {
  const text = renderTemplate('replace/leave.sh', { place: PLACE });
  await host.runScript({ name: 'leave.sh', text }, { sudo: true, signal, timeoutMs: QUICK_MS });
}
