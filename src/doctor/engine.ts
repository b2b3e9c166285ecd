import { callEngine } from '../engine/api.js';
import { parseFlag } from '../engine/flags.js';
import { isMachineError, systemCode, type MachineError } from '../errors.js';
import { engineAddress } from '../lifecycle/engine-address.js';
import { askThroughSsh } from '../lifecycle/engine-socket.js';
import { portAdvice } from '../lifecycle/port-advice.js';
import type { Program } from '../lifecycle/program.js';
import { hasTunnel } from '../lifecycle/tunnel-start.js';
import { engineUrl, isProvisioned, type Machine } from '../record.js';
import { isBelow, type DockerClient } from './computer.js';
import { asRoot, gathered, ownWords, type Finding, type Mend } from './finding.js';
import type { HostFacts } from './host-facts.js';

/** What the engine said over mutual TLS, or why it did not. */
export interface AskedEngine {
  readonly version?: string;
  /** The oldest version of the API that it speaks. */
  readonly oldestApi?: string;
  readonly liveRestore?: boolean;
  readonly refusal?: MachineError;
}

/** Undefined where berth does not speak to the engine itself: adopted hosts, and machines without an address. */
export async function askEngine(
  machine: Machine,
  timeoutMs: number,
  program: Program,
): Promise<AskedEngine | undefined> {
  if (machine.transport.kind === 'ssh' || engineUrl(machine) === '') return undefined;
  try {
    // Whoever only looks starts no tunnel.
    if (!(await hasTunnel(machine))) return { version: (await askThroughSsh(machine, timeoutMs, program)).version };
    const engine = await engineAddress(machine, program);
    const call = { method: 'GET', timeoutMs, signal: program.signal } as const;
    const version = (await callEngine(engine, { ...call, path: '/version' })) as VersionAnswer | undefined;
    const info = (await callEngine(engine, { ...call, path: '/info' })) as InfoAnswer | undefined;
    const isAlone = (info?.Swarm?.LocalNodeState ?? 'inactive') === 'inactive';
    return {
      ...(typeof version?.Version === 'string' ? { version: version.Version } : {}),
      ...(typeof version?.MinAPIVersion === 'string' ? { oldestApi: version.MinAPIVersion } : {}),
      ...(isAlone && typeof info?.LiveRestoreEnabled === 'boolean' ? { liveRestore: info.LiveRestoreEnabled } : {}),
    };
  } catch (error) {
    if (!isMachineError(error) || program.signal.aborted) throw error;
    return ofHost(error) ? undefined : { refusal: error };
  }
}

/** Why the host behind a tunnel cannot be reached is told by its own examination. */
function ofHost({ code }: MachineError): boolean {
  return code === 'HostUnreachable' || code === 'HostKeyChanged' || code === 'LoginRefused' || code === 'KeyUnusable';
}

interface VersionAnswer {
  readonly Version?: unknown;
  readonly MinAPIVersion?: unknown;
}
interface InfoAnswer {
  readonly LiveRestoreEnabled?: unknown;
  readonly Swarm?: { readonly LocalNodeState?: unknown };
}

export interface EngineExam {
  readonly machine: Machine;
  readonly asked: AskedEngine | undefined;
  /** Of the host, where it could be logged in to. */
  readonly facts: HostFacts | undefined;
  readonly client: DockerClient | undefined;
  /** Provisioning can mend it: the host lets us in, and it is ours to change. */
  readonly canProvision: boolean;
}

/** What is wrong with the engine, by its own words and by what its host says of it. */
export async function engineFindings(exam: EngineExam, program: Program): Promise<Finding[]> {
  const { asked, facts } = exam;
  if (!asked) return gathered(facts && !isUp(facts) ? stopped(exam, facts) : undefined);
  if (asked.refusal) return [await refusalFinding(exam, asked.refusal, program)];
  return gathered(oldClient(exam, asked), restoresNothing(exam, asked));
}

function isUp({ unit, isInstalled }: HostFacts): boolean {
  return unit === undefined || (isInstalled && unit === 'active');
}

async function refusalFinding(exam: EngineExam, refusal: MachineError, program: Program): Promise<Finding> {
  const { machine, facts } = exam;
  // At the end of a tunnel it is the host's sshd that says that there is no engine.
  if (machine.transport.kind === 'tunnel' && facts && !isUp(facts)) return stopped(exam, facts);
  if (refusal.code === 'CertificateInvalid') return certificateFinding(exam, refusal);
  if (refusal.code !== 'EngineUnreachable')
    return told('engine-refused', refusal, byProvisioning(exam, { renew: false }).remedy);
  if (!facts) return told('engine-unreachable', refusal, `berth status ${machine.name}`);
  if (!isUp(facts)) return stopped(exam, facts);
  if (machine.transport.kind === 'tunnel') return told('engine-refused', refusal, `berth provision ${machine.name}`);
  if (!facts.isListening) {
    const fact = `the engine runs, and does not listen on port ${machine.enginePort}`;
    return { id: 'engine-not-listening', severity: 'error', fact, ...byProvisioning(exam, { renew: false }) };
  }
  const [open = `Check that no firewall or security group blocks port ${machine.enginePort}`] = await portAdvice(
    machine,
    program,
  );
  return told('engine-port-closed', refusal, open);
}

function stopped(exam: EngineExam, { isInstalled, unit }: HostFacts): Finding {
  const fact = isInstalled ? `the engine does not run: docker.service is ${unit ?? 'inactive'}` : 'there is no engine';
  const id = isInstalled ? 'engine-stopped' : 'engine-missing';
  return { id, severity: 'error', fact, ...byProvisioning(exam, { renew: false }) };
}

/** By Node's code of what is wrong with the engine's certificate. */
const CERTIFICATE_IDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-names',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-authority',
  CERT_SIGNATURE_FAILURE: 'certificate-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-authority',
};

function certificateFinding(exam: EngineExam, refusal: MachineError): Finding {
  const id = CERTIFICATE_IDS[systemCode(refusal.cause) ?? ''] ?? 'certificate-refused';
  // A new one is as little valid yet while a clock is wrong.
  if (id === 'certificate-not-yet-valid') return told(id, refusal, 'Set the clocks of this computer and the machine');
  return { ...told(id, refusal, ''), ...byProvisioning(exam, { renew: true }) };
}

function told(id: string, { message, cause }: MachineError, remedy: string): Finding {
  return { id, severity: 'error', fact: message, remedy, ...ownWords(cause) };
}

const NOT_OURS = 'Mend it where the engine runs: of this machine berth knows only the URL';

/** How provisioning mends it: by --fix, too, where that can get in. */
export function byProvisioning(
  { machine, canProvision }: Pick<EngineExam, 'machine' | 'canProvision'>,
  { renew }: { readonly renew: boolean },
): { readonly remedy: string; readonly mend?: Mend } {
  // On an adopted host berth changes nothing by itself.
  if (machine.transport.kind === 'ssh') return { remedy: asRoot(machine, 'systemctl start docker') };
  if (!isProvisioned(machine)) return { remedy: NOT_OURS };
  const remedy = renew ? `berth regenerate-certs -f ${machine.name}` : `berth provision ${machine.name}`;
  return { remedy, ...(canProvision ? { mend: { kind: 'provision', machine: machine.name, renew } } : {}) };
}

function oldClient({ machine, client }: EngineExam, { oldestApi, version = '' }: AskedEngine): Finding | undefined {
  if (!client || oldestApi === undefined || !isBelow(client.apiVersion, oldestApi)) return undefined;
  return {
    id: 'docker-client-old',
    severity: 'error',
    fact: `docker client ${client.version} is too old for engine ${version}: API ${client.apiVersion} < ${oldestApi}`,
    remedy: `Install a newer docker client; meanwhile: berth ssh ${machine.name} docker`,
  };
}

/** Its containers would end with it at an upgrade. Whoever has set it with --engine-opt or `engine set` wants it so. */
function restoresNothing(exam: EngineExam, { liveRestore }: AskedEngine): Finding | undefined {
  const { machine, canProvision } = exam;
  const { opts, settings } = machine.engine;
  const isWished = opts.some((opt) => parseFlag(opt).key === 'live-restore') || settings?.['live-restore'] === false;
  if (liveRestore !== false || isWished || !canProvision) return undefined;
  return {
    ...{ id: 'live-restore-off', severity: 'warning', fact: 'its containers end when the engine is restarted' },
    ...byProvisioning(exam, { renew: false }),
  };
}
