import { isDeepStrictEqual } from 'node:util';
import type { ClusterName } from '../cluster-name.js';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { JsonObject, Machine, OptionValues } from '../record.js';
import type { Cluster, Role } from '../swarm/contract.js';
import type { CreateRequest } from './create.js';
import type { PortChange } from './ports.js';
import type { Program } from './program.js';
import type { NewMachine } from './swarm-create.js';

/** What a file says shall be: every machine and cluster, each as the flags of its create would ask for it. */
export interface Project {
  readonly machines: readonly ProjectMachine[];
  readonly clusters: readonly ProjectCluster[];
}
export interface ProjectMachine {
  readonly spec: AnyDriverSpec;
  readonly request: CreateRequest;
  /** Ports that shall be open, by their sources. */
  readonly ports: readonly PortChange[];
}
export interface ProjectCluster {
  readonly name: ClusterName;
  /** Read when it is needed: its members may be machines of the same file, which are not there before. */
  wish(): Promise<{ readonly wish: Cluster; readonly machines: readonly NewMachine[] }>;
}

/** One thing to do, or to leave alone. */
export type Change =
  | { readonly kind: 'create' | 'finish'; readonly machine: ProjectMachine }
  | {
      readonly kind: 'change';
      readonly machine: ProjectMachine;
      readonly record: Machine;
      /** What is different, in words: "engine version: 27 → 28". */
      readonly differences: readonly string[];
    }
  | { readonly kind: 'create cluster'; readonly cluster: ProjectCluster }
  | {
      readonly kind: 'scale cluster';
      readonly cluster: ProjectCluster;
      readonly counts: Readonly<Record<Role, number>>;
    };

/**
 * What has to happen for the file to be true. Machines and clusters that the file does not name are left alone.
 * @throws MachineError MachineExists, ClusterExists where only a new machine or cluster could be what the file says
 */
export async function planProject(project: Project, program: Program): Promise<readonly Change[]> {
  const machines = await Promise.all(project.machines.map((machine) => machineChange(machine, program)));
  const clusters = await Promise.all(project.clusters.map((cluster) => clusterChange(cluster, program)));
  return [...machines, ...clusters].flatMap((change) => (change ? [change] : []));
}

async function machineChange(machine: ProjectMachine, { store }: Program): Promise<Change | undefined> {
  const wanted = machine.request.machine;
  if (!(await store.exists(wanted.name))) return { kind: 'create', machine };
  const record = await store.read(wanted.name);
  refuseOther(wanted, record);
  if (record.phase !== 'ready') return { kind: 'finish', machine };
  const differences = engineDifferences(record, wanted);
  return differences.length === 0 ? undefined : { kind: 'change', machine, record, differences };
}

/** A host is what it was made as. */
function refuseOther(wanted: Machine, record: Machine): void {
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

function engineDifferences(record: Machine, wanted: Machine): readonly string[] {
  // What `berth engine set` has given is none of the file's matters.
  const { settings: _set, ...engine } = record.engine;
  const keys = Object.keys({ ...engine, ...wanted.engine }) as (keyof typeof engine)[];
  const changed = keys.filter((key) => !isDeepStrictEqual(engine[key], wanted.engine[key]));
  return [
    ...changed.map((key) => `engine ${key}: ${shown(engine[key])} → ${shown(wanted.engine[key])}`),
    ...(isDeepStrictEqual(record.tlsSans, wanted.tlsSans)
      ? []
      : [`tlsSans: ${shown(record.tlsSans)} → ${shown(wanted.tlsSans)}`]),
  ];
}

function shown(value: OptionValues[string] | JsonObject): string {
  if (value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return value.join(', ') || 'nothing';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function clusterChange(cluster: ProjectCluster, { clusters }: Program): Promise<Change | undefined> {
  if (!(await clusters.exists(cluster.name))) return { kind: 'create cluster', cluster };
  const [{ wish }, present] = await Promise.all([cluster.wish(), clusters.read(cluster.name)]);
  const settings = ({
    subnetSize,
    dataPathPort,
    encrypted,
    autolock,
    drainManagers,
    firewall,
    advertise,
  }: Cluster): unknown => ({
    ...{ subnetSize, dataPathPort, encrypted, autolock, drainManagers, firewall, advertise },
  });
  if (!isDeepStrictEqual(settings(present), settings(wish))) {
    throw new MachineError('ClusterExists', `cluster "${wish.name}" was made with other settings`, {
      suggestions: [`berth swarm status ${wish.name}`, 'Write into the file what it was made with'],
    });
  }
  const counts = { manager: countOf(wish, 'manager'), worker: countOf(wish, 'worker') };
  const isRight = countOf(present, 'manager') === counts.manager && countOf(present, 'worker') === counts.worker;
  return isRight ? undefined : { kind: 'scale cluster', cluster, counts };
}

function countOf({ members }: Cluster, role: Role): number {
  return members.filter((member) => member.role === role).length;
}

/** Names of everything in the file that is there: what `destroy` removes. */
export async function presentIn(
  project: Project,
  { store, clusters }: Program,
): Promise<{ readonly machines: readonly MachineName[]; readonly clusters: readonly ClusterName[] }> {
  const machines: MachineName[] = [];
  for (const { request } of project.machines)
    if (await store.exists(request.machine.name)) machines.push(request.machine.name);
  const found: ClusterName[] = [];
  for (const { name } of project.clusters) if (await clusters.exists(name)) found.push(name);
  return { machines, clusters: found };
}
