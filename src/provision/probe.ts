import { MachineError } from '../errors.js';
import type { Host } from '../host/host.js';
import { renderTemplate } from '../template.js';
import type { Facts } from './contract.js';
import { parseFacts } from './facts.js';

/** A probe takes a fraction of a second, or ten where nothing answers; a host that takes longer hangs. */
const PROBE_WITHIN_MS = 120_000;

export interface ProbeRequest {
  readonly port: number;
  readonly repositoryUrl: string;
  readonly machineName: string;
  readonly signal: AbortSignal;
}

/** Everything the plan has to know, in one exchange. @throws MachineError UnsupportedHost */
export async function probe(host: Host, { port, repositoryUrl, machineName, signal }: ProbeRequest): Promise<Facts> {
  const script = { name: 'probe.sh', text: probeScript({ port, repositoryUrl }) };
  const { stdout } = await host.runScript(script, { signal, timeoutMs: PROBE_WITHIN_MS });
  const facts = parseFacts(stdout);
  if (facts) return facts;
  throw new MachineError('UnsupportedHost', `${machineName} has no POSIX shell that answers as one should`, {
    cause: new Error(stdout.slice(-1_000)),
  });
}

/** The probe as a shell script; `root` is the folder that stands for `/`, for tests. */
export function probeScript({ port, repositoryUrl, root = '' }: Partial<ProbeRequest> & { root?: string }): string {
  const values = { root, port: String(port), repository: (repositoryUrl ?? '').replace(/\/+$/, '') };
  return renderTemplate('install/unit.sh', {}) + renderTemplate('install/probe.sh', values);
}
