import { createHash } from 'node:crypto';
import { isMachineError, MachineError } from '../errors.js';
import type { NewHost } from '../driver.js';
import type { ConnectRequest, Host } from '../host/host.js';
import { bootScript } from '../provision/first-boot.js';
import type { Machine } from '../record.js';
import { renderTemplate } from '../template.js';
import { callOf } from './driver-call.js';
import { openEnginePort } from './ports.js';
import type { Program } from './program.js';

/** How long the first boot may take to bring the engine, in seconds: what provisioning gives the packages' locks. */
const BOOT_WITHIN_SECONDS = 600;

/** What of a new host depends on when the engine shall be installed. */
export function bootPart({ engine }: Machine, { repository }: Program): Pick<NewHost<unknown>, 'bootScript'> {
  return engine.installAt === 'boot' ? { bootScript: bootScript(engine, repository) } : {};
}

/** What the first provisioning of a new machine ended with. */
export interface FirstProvisioning {
  readonly program: Program;
  /** The machine with the handle that is on record now. */
  machine(): Machine;
}

/**
 * The program as the first provisioning of a machine needs it: a host that never answers is explained by its provider, the
 * engine that the first boot brings is waited for, and its port is opened as soon as the host has told where we call from.
 */
export function firstProvisioning(created: Machine, program: Program): FirstProvisioning {
  let machine = created;
  const connect = async (request: ConnectRequest): Promise<Host> => {
    const { driver, options } = created;
    const takesOver = program.findDriver(driver)?.takesOver?.(options) === true;
    const isNew = takesOver && (await trustedKey(created, program)) === undefined;
    const host = await program.connect(request).catch(async (error: unknown) => {
      throw await explained(error, created, program);
    });
    if (isNew) await sayTrustedKey(created, program);
    return host;
  };
  const provision: Program['provision'] = async (host, wanted, context) => {
    if (created.engine.installAt === 'boot') await awaitFirstBoot(host, created, program);
    let opening: Promise<Machine> | undefined;
    const provisioned = await program.provision(
      host,
      {
        ...wanted,
        certificates: (facts) => {
          opening = openEnginePort(created, facts.caller, program);
          // Heard below, when what needs no open port is done.
          opening.catch(() => {});
          return wanted.certificates(facts);
        },
      },
      context,
    );
    machine = (await opening) ?? machine;
    return provisioned;
  };
  return { program: { ...program, connect, provision }, machine: () => machine };
}

/** A host that was there before has shown its key for the first time: whoever wants to can compare it. */
async function sayTrustedKey(machine: Machine, program: Program): Promise<void> {
  const key = await trustedKey(machine, program);
  const fingerprint = createHash('sha256')
    .update(Buffer.from(key ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '');
  program.report.warn(`the host key of ${machine.name} could not be verified; from now on it is SHA256:${fingerprint}`);
}

/** The first key of the machine's known_hosts, in base64. */
async function trustedKey({ name }: Machine, { store }: Program): Promise<string | undefined> {
  return (await store.readFile(name, 'known_hosts'))?.split(/\s+/)[2];
}

async function awaitFirstBoot(host: Host, { name }: Machine, { report, signal }: Program): Promise<void> {
  const text = renderTemplate('cloud-init/await.sh', { withinSeconds: String(BOOT_WITHIN_SECONDS) });
  const { stdout } = await report.step('Waiting for the engine of the first boot', () =>
    host.runScript({ name: 'await.sh', text }, { signal, timeoutMs: (BOOT_WITHIN_SECONDS + 60) * 1_000 }),
  );
  // No mark at all: there is no cloud-init, or it hangs.
  if (stdout.trim() !== '0')
    report.warn(`the first boot of ${name} did not bring the engine; it is installed over SSH`);
}

/** How long the provider may take to explain a failure, in milliseconds. */
const EXPLAIN_WITHIN_MS = 15_000;

/** A host that cannot be reached, with what its provider knows of it: its state, and the end of its console. */
async function explained(error: unknown, machine: Machine, program: Program): Promise<unknown> {
  if (!isMachineError(error, 'HostUnreachable') && !isMachineError(error, 'LoginRefused')) return error;
  const signal = AbortSignal.any([program.signal, AbortSignal.timeout(EXPLAIN_WITHIN_MS)]);
  const known = await knownOf(machine, { ...program, signal }).catch(() => undefined);
  if (known === undefined) return error;
  const words = [error.cause instanceof Error ? error.cause.message : '', `its provider says: ${known.state}`];
  const told = `${error.message}; it is ${known.state}`;
  return new MachineError(error.code, told.length > LONGEST_MESSAGE ? error.message : told, {
    suggestions: error.suggestions,
    cause: new Error([...words, known.console].filter((text) => text !== '').join('\n')),
  });
}

/** What users see of a message at once, in characters. */
const LONGEST_MESSAGE = 100;

async function knownOf(machine: Machine, program: Program): Promise<{ state: string; console: string } | undefined> {
  const { driver, spec, resource, context } = await callOf(machine, program);
  if (!spec.features.plantsKeys || spec.features.local) return undefined;
  const [state, tail] = await Promise.all([
    driver.state(resource, context),
    driver.consoleTail?.(resource, context).catch(() => '') ?? '',
  ]);
  return { state, console: tail.trim() === '' ? '' : `the end of its console:\n${tail.trimEnd()}` };
}
