import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { EngineOptions, Machine } from '../record.js';
import { locked } from './locked.js';
import type { Program } from './program.js';
import { reprovision } from './reprovision.js';

export interface LabelChange {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** A key as Docker and Kubernetes have them; a dash at its end would read as its removal. */
const KEY = /^[a-zA-Z0-9](?:[a-zA-Z0-9._/-]{0,61}[a-zA-Z0-9])?$/;

/** `key=value` sets, `key-` removes. @throws MachineError BadOption */
export function parseLabels(words: readonly string[]): LabelChange {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const word of words) {
    const [, key = '', sign, value = ''] = /^([^=]*?)(=|-$)(.*)$/s.exec(word) ?? [];
    if (!KEY.test(key) || /[\p{Cc}]/u.test(value))
      throw new MachineError('BadOption', `a label is key=value, or key- to remove it, got ${JSON.stringify(word)}`);
    if (sign === '=') set[key] = value;
    else remove.push(key);
  }
  return { set, remove };
}

/** Labels of the record: nothing is asked of the host. Returns them all. */
export async function changeLabels(
  name: MachineName,
  change: LabelChange,
  program: Program,
): Promise<Readonly<Record<string, string>>> {
  const { labels = {} } = await changeRecord(name, program, (machine) => ({
    ...machine,
    labels: applied(machine.labels ?? {}, change),
  }));
  return labels;
}

/** The same for the engine, which tells them to its clients and to placement constraints; it reads them without a restart. */
export async function changeEngineLabels(name: MachineName, change: LabelChange, program: Program): Promise<void> {
  await reprovision(name, { renew: false, change: (engine) => withLabels(engine, change) }, program);
}

export async function changeNote(name: MachineName, note: string, program: Program): Promise<void> {
  await changeRecord(name, program, (machine) => ({ ...machine, note }));
}

function applied(labels: Readonly<Record<string, string>>, { set, remove }: LabelChange): Record<string, string> {
  const kept = Object.entries(labels).filter(([key]) => !remove.includes(key));
  return { ...Object.fromEntries(kept), ...set };
}

function withLabels(engine: EngineOptions, change: LabelChange): EngineOptions {
  const now = Object.fromEntries(
    engine.labels.map((label) => [label.split('=')[0] ?? '', label.slice(label.indexOf('=') + 1)]),
  );
  return { ...engine, labels: Object.entries(applied(now, change)).map(([key, value]) => `${key}=${value}`) };
}

function changeRecord(name: MachineName, program: Program, change: (machine: Machine) => Machine): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const changed = change(machine);
    await program.store.write(changed);
    return changed;
  });
}
