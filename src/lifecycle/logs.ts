import { isMachineError } from '../errors.js';
import type { Host } from '../host/host.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { renderTemplate } from '../template.js';
import { callOf } from './driver-call.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';
import { connectTo } from './host-connection.js';

export interface LogRequest {
  /** The engine's own log, the host's since it booted, or that of the installation. */
  readonly source: 'engine' | 'boot' | 'install';
  /** How many lines of its end. */
  readonly lines: number;
  /** Go on with what comes, until interrupted. */
  readonly follow: boolean;
  readonly onLine: (line: string) => void;
}

/** @throws MachineError NotSupported without a host, CommandFailed where the host has no such log */
export async function readLog(name: MachineName, request: LogRequest, program: Program): Promise<void> {
  const machine = await program.store.read(name);
  refuseWithoutHost(machine, 'there is no host to read logs of', program);
  const { source, lines, follow, onLine } = request;
  const connected = await connectOrConsole(machine, request, program);
  if (connected === undefined) return;
  await using host = connected;
  const text = renderTemplate('care/logs.sh', { source, lines: String(lines), follow: follow ? 'yes' : 'no' });
  const options = { sudo: true, onLine, signal: program.signal };
  // What a script prints comes in one piece, at its end; and what follows a log ends with the connection.
  if (follow) await host.run(['sh', '-c', text], options);
  else await host.runScript({ name: 'logs', text }, options);
}

/** Of a host that cannot be reached its provider may know what it wrote to the console; then that is all. */
async function connectOrConsole(
  machine: Machine,
  { source, lines, onLine }: LogRequest,
  program: Program,
): Promise<Host | undefined> {
  try {
    return await connectTo(machine, program, { retry: false });
  } catch (error) {
    if (source !== 'boot' || !isMachineError(error) || error.code === 'Cancelled') throw error;
    const { driver, resource, context } = await callOf(machine, program);
    const text = (await driver.consoleTail?.(resource, context)) ?? '';
    if (text.trim() === '') throw error;
    program.report.warn(`${error.message}; this is what it wrote to its console`);
    for (const line of text.trimEnd().split(/\r?\n/).slice(-lines)) onLine(line);
    return undefined;
  }
}
