import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { renderTemplate } from '../template.js';
import { specOf } from './driver-call.js';
import { connectTo } from './host-connection.js';
import type { Program } from './program.js';
import { endOfLife, isExpired } from './time-left.js';

/** A server that is off is paid for like one that runs: only its removal ends that (the providers' pricing pages). */
const PAID_WHILE_OFF: ReadonlySet<string> = new Set(['azure', 'digitalocean', 'hetzner']);

/** Machines of the store whose time is over: they are off, and cost what servers that are off cost. */
export async function expiredMachines({ store, now }: Program): Promise<readonly MachineName[]> {
  const machines = await Promise.all((await store.list()).map((name) => store.read(name)));
  return machines.filter((machine) => isExpired(machine, now())).map(({ name }) => name);
}

/**
 * Puts the timer on the host that powers it off: after so much idleness, and when its time is over. Whatever becomes of this
 * computer, it ends by itself. Doing it again changes nothing.
 */
export async function ensureEnd(machine: Machine, program: Program): Promise<void> {
  const { report, signal } = program;
  if (machine.end === undefined || !specOf(machine, program).features.ssh) return;
  const files = endFiles(machine);
  const { stdout } = await report.step('Setting when it powers itself off', async () => {
    await using host = await connectTo(machine, program, { retry: false });
    return await host.deliver(files, 'install.sh', { sudo: true, signal });
  });
  if (stdout.includes('no systemd'))
    report.warn(`the host of ${machine.name} has no systemd: it does not power itself off`);
  if (PAID_WHILE_OFF.has(machine.driver))
    report.warn(`${machine.driver} charges for a server that is off too: only berth rm ${machine.name} ends that`);
}

/** A failure here is no reason to have no machine. */
export async function tryEnd(machine: Machine, program: Program): Promise<void> {
  await ensureEnd(machine, program).catch((error: unknown) => {
    if (!isMachineError(error) || error.code === 'Cancelled') throw error;
    program.report.warn(`${machine.name} does not power itself off: ${error.message}`);
  });
}

export function endFiles(machine: Machine): { path: string; content: string; mode: number }[] {
  const { end = {}, enginePort, ssh } = machine;
  const check = renderTemplate('care/end.sh', {
    idleSeconds: String(end.idleSeconds ?? 0),
    endsAt: String(Math.round((endOfLife(machine) ?? 0) / 1000)),
    ports: [22, ssh.port, enginePort].map(hexadecimal).join('|'),
  });
  return [
    { path: 'end.sh', content: check, mode: 0o755 },
    { path: 'install.sh', content: renderTemplate('care/install-end.sh', {}), mode: 0o700 },
    { path: 'berth-end.service', content: renderTemplate('care/berth-end.service', {}), mode: 0o644 },
    { path: 'berth-end.timer', content: renderTemplate('care/berth-end.timer', {}), mode: 0o644 },
  ];
}

/** As /proc/net/tcp has ports. */
function hexadecimal(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
