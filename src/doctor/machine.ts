import type { MachineState } from '../driver.js';
import { isMachineError } from '../errors.js';
import { callOf } from '../lifecycle/driver-call.js';
import type { Program } from '../lifecycle/program.js';
import { stateWord } from '../lifecycle/ask.js';
import type { AskState } from '../lifecycle/states.js';
import { pause } from '../poll.js';
import { isProvisioned, type Machine } from '../record.js';
import type { DockerClient } from './computer.js';
import { askEngine, engineFindings, type EngineExam } from './engine.js';
import { failedLook, ownWords, type Examined, type Finding } from './finding.js';
import { examineHost, type ExaminedHost } from './host.js';
import { examineCertificates } from './machine-certificates.js';

export interface MachineExam {
  /** Limit of a machine, in milliseconds. */
  readonly timeoutMs: number;
  readonly askState: AskState;
  readonly client: DockerClient | undefined;
}

/** Everything about one machine, as far as the time allows; what was found until then is told. */
export async function examineMachine(machine: Machine, exam: MachineExam, program: Program): Promise<Examined> {
  const known: Known = { seen: [], findings: [] };
  const limit = AbortSignal.any([program.signal, AbortSignal.timeout(exam.timeoutMs)]);
  const ended = new AbortController();
  const own: Program = { ...program, signal: limit, sshWithinMs: Math.min(program.sshWithinMs, answerMs(exam)) };
  const examined = look(machine, { ...exam, known }, own).catch((error: unknown) => {
    if (limit.aborted) return;
    if (!isMachineError(error)) throw error;
    known.findings.push(failedLook(error));
  });
  // Whoever takes no notice of the signal holds up nobody.
  const isLate = await Promise.race([
    examined.then(() => false).finally(() => ended.abort()),
    pause(exam.timeoutMs, AbortSignal.any([program.signal, ended.signal])).then(() => !ended.signal.aborted),
  ]);
  // Of two timers of one length either may be the first.
  if ((isLate || limit.aborted) && !program.signal.aborted) known.findings.push(tooSlow(machine, exam.timeoutMs));
  return { group: machine.name, machine: machine.name, seen: known.seen.join(', '), findings: [...known.findings] };
}

/** How long sshd and the engine are waited for each: who does not answer at all is told of before the time is over. */
function answerMs({ timeoutMs }: MachineExam): number {
  return timeoutMs / 2;
}

/** Grows while the machine is looked at. */
interface Known {
  readonly seen: string[];
  readonly findings: Finding[];
}

function tooSlow({ name }: Machine, timeoutMs: number): Finding {
  return {
    id: 'machine-slow',
    severity: 'error',
    fact: `no more was to be learnt within ${timeoutMs / 1000} s`,
    remedy: `berth doctor --timeout ${(2 * timeoutMs) / 1000} ${name}`,
  };
}

type Look = MachineExam & { readonly known: Known };

async function look(machine: Machine, exam: Look, program: Program): Promise<void> {
  const { known, client } = exam;
  const spec = program.findDriver(machine.driver);
  if (!spec || machine.resource === undefined || machine.phase !== 'ready') {
    known.seen.push(spec ? 'unfinished' : 'without its driver');
    known.findings.push(spec ? unfinished(machine) : driverMissing(machine));
    return;
  }
  const state = await askProvider(machine, exam, program);
  if (state !== 'running' && state !== 'unknown') return;
  const reachable = spec.features.powers ? await followedAddress(machine, known, program) : machine;
  const [host, asked] = await Promise.all([
    spec.features.ssh ? examineHost(reachable, program) : ({ findings: [] } satisfies ExaminedHost),
    askEngine(reachable, answerMs(exam), program),
  ]);
  const facts = 'facts' in host ? host.facts : undefined;
  const canProvision = facts !== undefined && facts.sudoRefusal === undefined && isProvisioned(machine);
  const engineExam: EngineExam = { machine: reachable, asked, facts, client, canProvision };
  const certificates = await examineCertificates(engineExam, program);
  const ofEngine = await engineFindings(engineExam, program);
  const told = new Set(ofEngine.map(({ id }) => id));
  known.findings.push(...host.findings, ...ofEngine, ...certificates.filter(({ id }) => !told.has(id)));
  if (asked?.version !== undefined) known.seen.push(`engine ${asked.version}`);
  if (facts?.disk) known.seen.push(`${Math.round(facts.disk.free / 2 ** 20)} GiB free`);
}

function unfinished({ name }: Machine): Finding {
  const remedy = `Run create again with the same arguments, or: berth rm ${name}`;
  return { id: 'machine-unfinished', severity: 'warning', fact: 'it was never finished', remedy };
}

function driverMissing({ driver }: Machine): Finding {
  const remedy = `Put the plugin binary "docker-machine-driver-${driver}" on PATH`;
  return { id: 'driver-missing', severity: 'error', fact: `its driver "${driver}" is not there`, remedy };
}

/** What the provider says; undefined where it refuses to, and the machine is looked at all the same. */
async function askProvider(machine: Machine, { known, askState }: Look, program: Program): Promise<MachineState> {
  let state: MachineState;
  try {
    state = await askState(machine, program);
  } catch (error) {
    if (!isMachineError(error) || program.signal.aborted) throw error;
    const [remedy = `berth status ${machine.name}`] = error.suggestions;
    const { message: fact, cause } = error;
    known.findings.push({ id: 'provider-refused', severity: 'error', fact, remedy, ...ownWords(cause) });
    return 'unknown';
  }
  known.seen.push(stateWord(state));
  const broken = STATE_FACTS[state];
  if (broken)
    known.findings.push({ severity: 'error', ...broken, remedy: broken.remedy.replace('NAME', machine.name) });
  // The generic driver has nobody to ask: where sshd does not answer, the examination of the host says why.
  return state === 'stopped' && program.findDriver(machine.driver)?.features.powers === false ? 'unknown' : state;
}

const STATE_FACTS: Readonly<Partial<Record<MachineState, Pick<Finding, 'id' | 'fact' | 'remedy'>>>> = {
  gone: { id: 'machine-gone', fact: 'its provider has no such machine any more', remedy: 'berth rm NAME' },
  error: { id: 'machine-broken', fact: 'its provider says that it is broken', remedy: 'berth restart NAME' },
};

/** The machine as it can be reached now, where its provider has given it another address than the one on record. */
async function followedAddress(machine: Machine, known: Known, program: Program): Promise<Machine> {
  const { driver, resource, context } = await callOf(machine, program);
  const target = await driver.target(resource, context).catch((error: unknown) => {
    if (isMachineError(error)) return undefined;
    throw error;
  });
  if (!target || target.host === '' || target.host === machine.address) return machine;
  const { name, address } = machine;
  known.findings.push({
    id: 'address-changed',
    severity: 'error',
    fact: `its address is ${target.host}, and the record says ${address === '' ? 'none' : address}`,
    remedy: `berth doctor --fix ${name}`,
    mend: { kind: 'address', machine: name, address: target.host },
  });
  return { ...machine, address: target.host };
}
