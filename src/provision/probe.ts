import { MachineError } from '../errors.js';
import type { Host } from '../host/host.js';
import { renderProbe } from '../probe.js';
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
  return lookAt(host, { text: probeScript({ port, repositoryUrl }), parse: parseFacts, machineName, signal });
}

export interface Look<T> {
  /** The script. */
  readonly text: string;
  /** Undefined for an output that is not whole. */
  readonly parse: (output: string) => T | undefined;
  readonly machineName: string;
  readonly signal: AbortSignal;
}

/** What a script finds out that changes nothing. @throws MachineError UnsupportedHost */
export async function lookAt<T>(host: Host, { text, parse, machineName, signal }: Look<T>): Promise<T> {
  const { stdout } = await host.runScript({ name: 'probe.sh', text }, { signal, timeoutMs: PROBE_WITHIN_MS });
  const facts = parse(stdout);
  if (facts !== undefined) return facts;
  throw new MachineError('UnsupportedHost', `${machineName} has no POSIX shell that answers as one should`, {
    cause: new Error(stdout.slice(-1_000)),
  });
}

/** The probe as a shell script; `root` is the folder that stands for `/`, for tests. */
export function probeScript({ port, repositoryUrl, root = '' }: Partial<ProbeRequest> & { root?: string }): string {
  const values = { root, port: String(port), repository: (repositoryUrl ?? '').replace(/\/+$/, '') };
  return renderTemplate('install/unit.sh', {}) + renderProbe('install/probe.sh', values);
}
