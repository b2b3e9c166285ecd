import type { Machine } from '../record.js';
import type { Program } from './program.js';
import { connectTo } from './host-connection.js';

/** The clock of a machine that stood still is behind by as long: certificates and time stamps go by it. */
export async function setClock(machine: Machine, program: Program): Promise<void> {
  if (machine.phase !== 'ready') return;
  const { report, signal, now } = program;
  await report.step("Setting the machine's clock", async () => {
    await using host = await connectTo(machine, program, { retry: false });
    const seconds = String(Math.round(now().getTime() / 1_000));
    await host.run(['date', '-u', '-s', `@${seconds}`], { sudo: true, signal });
  });
}
