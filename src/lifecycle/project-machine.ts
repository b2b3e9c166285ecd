import { isDeepStrictEqual } from 'node:util';
import type { AnyDriverSpec, OptionSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import { portText } from '../cloud/ports.js';
import type { EngineOptions, Json, Machine, OptionValues } from '../record.js';
import type { CreateRequest } from './create.js';
import type { PortChange } from './ports.js';
import { refuseMissing, type EngineWish } from './engine-choice.js';
import type { Program } from './program.js';
import { closedPorts, refusePorts } from './project-ports.js';

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
      /** Those of its ports that are not open yet. */
      readonly closed: readonly PortChange[];
      /** What is different, in words: "engine version: 27 → 28". */
      readonly differences: readonly string[];
    };

/** @throws MachineError MachineExists where only another machine could be what the file says */
export async function machineChange(machine: ProjectMachine, program: Program): Promise<MachineChange | undefined> {
  const { store } = program;
  const wanted = machine.request.machine;
  await refusePorts(machine);
  if (!(await store.exists(wanted.name))) {
    await refuseMissing(wanted.engine);
    return { kind: 'create', machine };
  }
  const record = await store.read(wanted.name);
  if (record.engine.bundle !== wanted.engine.bundle) await refuseMissing(wanted.engine);
  refuseOther(wanted, record, machine.spec);
  if (record.phase !== 'ready') return { kind: 'finish', machine };
  const closed = await closedPorts(machine, program);
  const differences = [
    ...engineDifferences(record, wanted),
    ...(transportOf(record) === transportOf(wanted)
      ? []
      : [`transport: ${transportOf(record)} → ${transportOf(wanted)}`]),
    ...closed.map(({ ports, sources = [] }) => `ports: ${ports.map(portText).join(', ')} for ${sources.join(', ')}`),
  ];
  return differences.length === 0 ? undefined : { kind: 'change', machine, record, closed, differences };
}

/** As the file and `berth transport` call it. */
export function transportOf({ transport }: Machine): 'tls' | 'ssh' | 'adopted' | 'url' {
  const words = { tls: 'tls', tunnel: 'ssh', ssh: 'adopted', url: 'url' } as const;
  return words[transport.kind];
}

/** A host is what it was made as. @throws MachineError MachineExists */
export function refuseOther(wanted: Machine, record: Machine, { options }: AnyDriverSpec): void {
  const keys = [...new Set([...Object.keys(wanted.options), ...Object.keys(record.options)])];
  const other = [
    ['driver', record.driver, wanted.driver] as const,
    ...keys.map((key) => [key, record.options[key] ?? usual(options[key]), wanted.options[key]] as const),
    ...(record.transport.kind === 'ssh' ? [['transport', 'adopted', transportOf(wanted)] as const] : []),
  ].find(([, is, shall]) => !isDeepStrictEqual(is, shall));
  if (other === undefined) return;
  const [what, is, shall] = other;
  const words = `"${what}" is ${shown(is)}, the file says ${shown(shall)}`;
  throw new MachineError('MachineExists', `machine "${wanted.name}" was made otherwise`, {
    suggestions: [`berth rm ${wanted.name}, if it may be made anew`, 'Write into the file what it was made with'],
    cause: new Error(words),
  });
}

/** Of an option that was not there yet when the machine was made. */
function usual(option: OptionSpec | undefined): OptionValues[string] {
  if (option?.kind === 'boolean') return option.default ?? false;
  return option?.kind === 'list' ? (option.default ?? []) : option?.default;
}

/** "engine version: 27 → 28". What `berth engine set` has given is none of the file's matters. */
export function engineDifferences(
  { engine: { settings: _set, ...engine }, tlsSans }: EngineWish,
  wanted: EngineWish,
): readonly string[] {
  const keys = Object.keys({ ...engine, ...wanted.engine }) as (keyof typeof engine)[];
  const changed = keys.filter((key) => !isDeepStrictEqual(engine[key], wanted.engine[key]));
  const remark = (key: keyof EngineOptions): string => (AT_CREATION.includes(key) ? ', once it is made anew' : '');
  return [
    ...changed.map((key) => `engine ${key}: ${shown(engine[key])} → ${shown(wanted.engine[key])}${remark(key)}`),
    ...(isDeepStrictEqual(tlsSans, wanted.tlsSans) ? [] : [`tlsSans: ${shown(tlsSans)} → ${shown(wanted.tlsSans)}`]),
  ];
}

/** What counts when an engine is installed, and stands on record for the next time. */
const AT_CREATION: readonly (keyof EngineOptions)[] = ['installUrl', 'installAt', 'source'];

/** The engine with what of the wish asks for nothing on the host itself. */
export function withRecordedOnly(
  { installUrl: _url, installAt: _at, source: _source, allow: _allow, ...engine }: EngineOptions,
  { installUrl, installAt, source, allow }: EngineOptions,
): EngineOptions {
  return { ...engine, installUrl, source, ...(installAt ? { installAt } : {}), ...(allow ? { allow } : {}) };
}

export function shown(value: Json | object | undefined): string {
  if (value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return value.join(', ') || 'nothing';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
