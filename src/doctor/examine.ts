import { readContexts } from '../engine/contexts.js';
import { MachineError } from '../errors.js';
import { forEachBounded, resultsOf } from '../lifecycle/each.js';
import type { Program } from '../lifecycle/program.js';
import { readMachines, type Entry } from '../lifecycle/status.js';
import { stateAsker } from '../lifecycle/states.js';
import type { AnyDriverSpec } from '../driver.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { examineAuthority } from './authority.js';
import { askDockerClient, examineComputer, type Computer } from './computer.js';
import { examineContexts } from './contexts.js';
import type { Examined } from './finding.js';
import { examineMachine } from './machine.js';
import { examineShell, type ShellExam } from './shells.js';
import { brokenRecord, examineStore, failedStore, type ReadStore } from './store.js';

/** Machines looked at once: each has a connection or two of its own. */
const AT_ONCE = 16;

export interface Exam {
  /** Machines to look at; all of the store where there are none. */
  readonly names: readonly MachineName[];
  /** Limit of a machine, in milliseconds. */
  readonly timeoutMs: number;
  readonly computer: Computer;
  readonly shell: Pick<ShellExam, 'shell' | 'startUp' | 'currentContext'>;
  /** Those that make machines on this computer. */
  readonly localDrivers: readonly AnyDriverSpec[];
}

/** Looks at this computer, the store, and the machines. @throws MachineError MachineNotFound, Cancelled */
export async function examine(exam: Exam, program: Program): Promise<readonly Examined[]> {
  const read = await readMachines(program).then(
    (entries): ReadStore => ({ entries }),
    (failure: unknown): ReadStore => ({ entries: [], failure }),
  );
  const { entries } = read;
  const unknown = exam.names.find((name) => !entries.some((entry) => entry.name === name));
  if (unknown !== undefined && read.failure === undefined) await program.store.read(unknown);
  const client = await askDockerClient(exam.computer);
  const [here, machines] = await Promise.all([
    examineHere({ ...exam, ...read, client }, program),
    examineMachines({ ...exam, ...read, client }, program),
  ]);
  return [...here, ...machines];
}

interface Whole extends Exam, ReadStore {
  readonly client: Awaited<ReturnType<typeof askDockerClient>>;
}

async function examineHere(exam: Whole, program: Program): Promise<readonly Examined[]> {
  const { computer, client, entries, shell, localDrivers } = exam;
  const { dockerFolder, environment, store } = program;
  const machines = readable(entries);
  const names = entries.map(({ name }) => name);
  const isUsed = (spec: AnyDriverSpec): boolean => machines.some(({ driver }) => driver === spec.name);
  const contexts = dockerFolder === undefined ? { names: [] } : await readContexts(dockerFolder);
  const locals = localDrivers.map((spec) => ({ spec, isUsed: isUsed(spec) }));
  const ofShell = examineShell({ ...shell, environment, machines, names, base: store.base, contexts: contexts.names });
  /** What cannot be looked at is a finding, too. */
  const guarded = (group: string, look: Promise<Examined | undefined>): Promise<Examined | undefined> =>
    look.catch((error: unknown) => ({ group, seen: '', findings: [failedStore(error, computer, program)] }));
  const [ofComputer, ...others] = await Promise.all([
    guarded('computer', examineComputer({ computer, client, localDrivers: locals }, program)),
    guarded('store', examineStore(exam, computer, program)),
    guarded('certificates', examineAuthority(machines, program)),
    ...(dockerFolder === undefined
      ? []
      : [guarded('contexts', examineContexts({ folder: dockerFolder, machines, names }, program))]),
  ]);
  const parts = [ofComputer, ofShell, ...others];
  return parts.filter((part) => part !== undefined);
}

async function examineMachines(exam: Whole, program: Program): Promise<readonly Examined[]> {
  const { entries, names, timeoutMs, client, computer } = exam;
  const asked = names.length === 0 ? entries : entries.filter(({ name }) => names.includes(name));
  const askState = stateAsker(readable(asked), program);
  const outcomes = await forEachBounded(asked, AT_ONCE, (entry) =>
    entry.machine
      ? examineMachine(entry.machine, { timeoutMs, askState, client }, program)
      : brokenRecord(entry, computer, program),
  );
  if (program.signal.aborted) throw new MachineError('Cancelled', 'interrupted');
  return resultsOf(outcomes.map((outcome) => ({ ...outcome, name: outcome.name.name })));
}

function readable(entries: readonly Entry[]): readonly Machine[] {
  return entries.flatMap(({ machine }) => machine ?? []);
}
