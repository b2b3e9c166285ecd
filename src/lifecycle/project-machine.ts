import { isDeepStrictEqual } from 'node:util';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { EngineOptions, Json, Machine } from '../record.js';
import type { CreateRequest } from './create.js';
import type { PortChange } from './ports.js';
import type { Program } from './program.js';

export interface ProjectMachine {
  readonly spec: AnyDriverSpec;
  readonly request: CreateRequest;
  /** Ports that shall be open, by their sources. */
  readonly ports: readonly PortChange[];
}

export type MachineChange =
  | { readonly kind: 'create' | 'finish'; readonly machine: ProjectMachine }
  | {
      readonly kind: 'change';
      readonly machine: ProjectMachine;
      readonly record: Machine;
      /** What is different, in words: "engine version: 27 → 28". */
      readonly differences: readonly string[];
    };

/** @throws MachineError MachineExists where only another machine could be what the file says */
export async function machineChange(machine: ProjectMachine, { store }: Program): Promise<MachineChange | undefined> {
  const wanted = machine.request.machine;
  if (!(await store.exists(wanted.name))) return { kind: 'create', machine };
  const record = await store.read(wanted.name);
  refuseOther(wanted, record);
  if (record.phase !== 'ready') return { kind: 'finish', machine };
  const differences = [
    ...engineDifferences(record.engine, wanted.engine),
    ...(isDeepStrictEqual(record.tlsSans, wanted.tlsSans)
      ? []
      : [`tlsSans: ${shown(record.tlsSans)} → ${shown(wanted.tlsSans)}`]),
  ];
  return differences.length === 0 ? undefined : { kind: 'change', machine, record, differences };
}

/** A host is what it was made as. @throws MachineError MachineExists */
export function refuseOther(wanted: Machine, record: Machine): void {
  const keys = [...new Set([...Object.keys(wanted.options), ...Object.keys(record.options)])];
  const other = keys.find((key) => !isDeepStrictEqual(wanted.options[key], record.options[key]));
  if (record.driver === wanted.driver && other === undefined) return;
  const [what, is, shall] =
    record.driver === wanted.driver && other !== undefined
      ? [other, record.options[other], wanted.options[other]]
      : ['driver', record.driver, wanted.driver];
  const words = `"${what}" is ${shown(is)}, the file says ${shown(shall)}`;
  throw new MachineError('MachineExists', `machine "${wanted.name}" was made otherwise`, {
    suggestions: [`berth rm ${wanted.name}, if it may be made anew`, 'Write into the file what it was made with'],
    cause: new Error(words),
  });
}

/** "engine version: 27 → 28". What `berth engine set` has given is none of the file's matters. */
export function engineDifferences(
  { settings: _set, ...engine }: EngineOptions,
  wanted: EngineOptions,
): readonly string[] {
  const keys = Object.keys({ ...engine, ...wanted }) as (keyof typeof engine)[];
  const changed = keys.filter((key) => !isDeepStrictEqual(engine[key], wanted[key]));
  return changed.map((key) => `engine ${key}: ${shown(engine[key])} → ${shown(wanted[key])}`);
}

export function shown(value: Json | undefined): string {
  if (value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return value.join(', ') || 'nothing';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
