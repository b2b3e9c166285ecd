import { readFile } from 'node:fs/promises';
import { Flags, type Interfaces } from '@oclif/core';
import { parseClusterName } from '../cluster-name.js';
import { parsePort } from '../cloud/ports.js';
import { CALLER, parseSources } from '../cloud/sources.js';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError, systemCode } from '../errors.js';
import { isObject } from '../json.js';
import type { PortChange } from '../lifecycle/ports.js';
import type { Program } from '../lifecycle/program.js';
import type { Project, ProjectCluster, ProjectMachine } from '../lifecycle/project.js';
import { engineFlags } from './engine-flags.js';
import { flagsOf } from './project-flags.js';
import { clusterFlags } from './swarm-settings.js';
import { transportFlags } from './transport-flags.js';
import { clusterWish } from './swarm-wish.js';
import { driverNamed, newNames, wishesOf } from './wishes.js';
import { parseYaml } from './yaml.js';

export const PROJECT_FILE = 'berth.yaml';

export const projectFlags = {
  file: Flags.string({
    char: 'f',
    default: PROJECT_FILE,
    description: 'the file that says which machines and clusters shall be',
  }),
};

/** The flag that both kinds of section have besides their own. */
const driver = { driver: Flags.string({ default: 'local' }) };
const MACHINE_FLAGS: Interfaces.FlagInput = { ...driver, ...engineFlags, ...transportFlags };
const CLUSTER_FLAGS: Interfaces.FlagInput = { ...driver, ...engineFlags, ...clusterFlags };

/**
 * Reads a file of machines and clusters; every key of one is a flag of its create.
 * @throws MachineError BadUsage without the file, BadOption and BadName for what stands in it
 */
export async function readProject(path: string, program: Program): Promise<Project> {
  const document = mapOf(await parseYaml(await textOf(path), path), path);
  const strange = Object.keys(document).find((key) => !['machines', 'clusters', 'version', '$schema'].includes(key));
  if (strange !== undefined) {
    throw new MachineError('BadOption', `${path}: no section is called ${JSON.stringify(strange)}`, {
      suggestions: ['The sections are machines and clusters'],
    });
  }
  const machines: ProjectMachine[] = [];
  for (const [name, values] of Object.entries(mapOf(document['machines'] ?? {}, 'machines')))
    machines.push(...(await machinesOf(name, mapOf(values ?? {}, `machine "${name}"`), program)));
  const clusters: ProjectCluster[] = [];
  for (const [name, values] of Object.entries(mapOf(document['clusters'] ?? {}, 'clusters')))
    clusters.push(await clusterOf({ name, values: mapOf(values ?? {}, `cluster "${name}"`), machines }, program));
  return { machines, clusters };
}

type Values = Readonly<Record<string, unknown>>;

async function machinesOf(name: string, values: Values, program: Program): Promise<readonly ProjectMachine[]> {
  const title = `machine "${name}"`;
  const { count, ports, ...rest } = values;
  if (count !== undefined && !(Number.isInteger(count) && Number(count) >= 1 && Number(count) <= 100))
    throw new MachineError('BadOption', `${title}: count wants 1 to 100, got ${JSON.stringify(count)}`);
  const spec = driverIn(rest, title);
  const { environment } = program;
  const { flags, typed } = await flagsOf({ title, values: rest, spec, environment }, MACHINE_FLAGS);
  if (spec.url && flags['transport'] === 'ssh')
    throw new MachineError('BadOption', `${title}: of a machine that is a URL transport says nothing`);
  const names = newNames([name], count === undefined ? undefined : Number(count));
  const { wishes } = wishesOf(names, { ...flags, driver: spec.name }, typed);
  const opened = portsOf(ports, title);
  return names.map((each) => ({ spec, request: wishes(each, program.now()), ports: opened }));
}

interface ClusterSection {
  readonly name: string;
  readonly values: Values;
  /** Of the same file: its members may be among them. */
  readonly machines: readonly ProjectMachine[];
}

async function clusterOf({ name, values, machines }: ClusterSection, program: Program): Promise<ProjectCluster> {
  const title = `cluster "${name}"`;
  const spec = driverIn(values, title);
  const section = { title, values, spec, environment: program.environment };
  const { flags, typed } = await flagsOf(section, CLUSTER_FLAGS);
  const cluster = parseClusterName(name);
  const coming = machines.map(({ request }) => request.machine);
  return {
    name: cluster,
    wish: () => clusterWish(cluster, { flags: { ...flags, driver: spec.name }, typed, coming }, program),
  };
}

/** @throws MachineError BadOption, DriverNotFound */
function driverIn({ driver: name = 'local' }: Values, title: string): AnyDriverSpec {
  if (typeof name === 'string') return driverNamed(name);
  throw new MachineError('BadOption', `${title}: driver wants a name, got ${JSON.stringify(name)}`);
}

/** `80`, `443/tcp`, or a map of `port` and `from`, as `berth ports` takes them. */
function portsOf(value: unknown, title: string): readonly PortChange[] {
  if (value === undefined) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => {
    const { port, from = CALLER, ...more } = typeof item === 'object' ? mapOf(item, `${title}: ports`) : { port: item };
    const isPlain = (one: unknown): boolean => typeof one === 'string' || typeof one === 'number';
    const sources = (Array.isArray(from) ? from : [from]) as readonly unknown[];
    if (!isPlain(port) || !sources.every(isPlain) || Object.keys(more).length > 0) {
      throw new MachineError('BadOption', `${title}: a port is 80, 443/tcp or {port: 80, from: any}`, {
        cause: new Error(`it is ${JSON.stringify(item)}`),
      });
    }
    return {
      verb: 'open',
      ports: [parsePort(String(port), 'ports')],
      sources: parseSources(sources.map(String), 'from'),
    };
  });
}

function mapOf(value: unknown, title: string): Values {
  if (isObject(value)) return value;
  throw new MachineError('BadOption', `${title}: names with their values are wanted, got ${JSON.stringify(value)}`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = systemCode(cause) === 'ENOENT' ? 'there is no such file' : 'it cannot be opened';
    throw new MachineError('BadUsage', `cannot read ${path}: ${why}`, {
      cause,
      suggestions: ['berth apply -f FILE'],
    });
  }
}
