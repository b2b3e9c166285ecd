import { pingEngine } from '../engine/ping.js';
import { isMachineError, MachineError } from '../errors.js';
import { poll } from '../poll.js';
import type { Machine } from '../record.js';
import { engineAddress } from './certificates.js';
import type { Program } from './program.js';

/** An engine that restarts is back within it; CI systems ask for many machines and cannot wait for a dead one. In milliseconds. */
const WITHIN_MS = 3_000;

/**
 * Sees that the engine of a machine answers over mutual TLS; one that does not at once gets a short time. Nothing but the
 * engine is asked. Adopted hosts, and engines at a URL, are left to the docker client: berth has not set them up.
 * @throws MachineError EngineUnreachable, CertificateInvalid
 */
export async function reachEngine(machine: Machine, program: Program, withinMs = WITHIN_MS): Promise<void> {
  if (machine.transport.kind !== 'tls') return;
  const engine = await engineAddress(machine, program);
  let refusal = new MachineError(
    'EngineUnreachable',
    `cannot reach the engine at ${engine.url}: no answer within ${withinMs} ms`,
  );
  try {
    await poll(
      (signal) =>
        pingEngine(engine, { timeoutMs: withinMs, signal }).catch((error: unknown) => {
          if (!isMachineError(error, 'EngineUnreachable')) throw error;
          refusal = error;
          return undefined;
        }),
      { what: 'the engine', withinMs, everyMs: 100, atMostEveryMs: 500, signal: program.signal },
    );
  } catch (error) {
    if (!isMachineError(error, 'TimedOut')) throw error;
    throw new MachineError('EngineUnreachable', refusal.message, {
      cause: refusal.cause,
      suggestions: [`berth status ${machine.name}`, `berth provision ${machine.name}`],
    });
  }
}
