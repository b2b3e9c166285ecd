import { MachineError } from '../errors.js';
import type { ClusterName } from '../cluster-name.js';
import { isObject } from '../json.js';
import { parseName, type MachineName } from '../name.js';
import type { Json, JsonObject } from '../record.js';
import { USUAL_SUBNET_SIZE } from './address-pool.js';
import type { AdvertiseChoice, Availability, Cluster, ClusterNetwork, Member, OwnNode } from './contract.js';

/** Raised when an old reader would misread what is written. */
const VERSION = 1;
/** VXLAN's own (RFC 7348); the engine takes it when nothing is said. */
export const USUAL_DATA_PATH_PORT = 4789;

/** A cluster that nobody has made yet, with the engine's own choices. */
export function newCluster(name: ClusterName, createdAt: string): Cluster {
  return {
    ...{
      name,
      createdAt,
      members: [],
      leaving: [],
      upgrading: [],
      nodes: [],
      advertise: { kind: 'auto' },
      addressPool: [],
    },
    ...{ subnetSize: USUAL_SUBNET_SIZE, dataPathPort: USUAL_DATA_PATH_PORT, encrypted: false, autolock: false },
    ...{ drainManagers: false, firewall: true, tokensDue: false, document: {} },
  };
}

/** Reads `swarm/<name>.json`; the name is the file's. @throws MachineError StoreCorrupt */
export function parseCluster(text: string, name: ClusterName): Cluster {
  const document = parseDocument(text, name);
  const usual = newCluster(name, textAt(document, 'createdAt'));
  const id = textAt(document, 'id');
  const initOn = textAt(document, 'initOn');
  const network = networkOf(objectAt(document, 'network'));
  const flag = (key: 'autolock' | 'drainManagers' | 'encrypted' | 'firewall' | 'tokensDue'): boolean =>
    typeof document[key] === 'boolean' ? document[key] : usual[key];
  try {
    return {
      ...usual,
      ...(id === '' ? {} : { id }),
      ...(initOn === '' ? {} : { initOn: parseName(initOn) }),
      ...(network ? { network } : {}),
      members: objectsAt(document, 'members').map(memberOf),
      leaving: textsAt(document, 'leaving').map(parseName),
      upgrading: textsAt(document, 'upgrading').map(parseName),
      nodes: objectsAt(document, 'nodes').map(ownNodeOf),
      advertise: advertiseOf(objectAt(document, 'advertise')),
      ...spreadOf(objectAt(document, 'spread')),
      addressPool: textsAt(document, 'addressPool'),
      subnetSize: numberAt(document, 'subnetSize') ?? usual.subnetSize,
      dataPathPort: numberAt(document, 'dataPathPort') ?? usual.dataPathPort,
      ...{ autolock: flag('autolock'), encrypted: flag('encrypted'), drainManagers: flag('drainManagers') },
      ...{ firewall: flag('firewall'), tokensDue: flag('tokensDue') },
      document,
    };
  } catch (cause) {
    throw corrupt(name, 'a machine in it has no name', cause);
  }
}

/** The text to be written: keys that berth does not know stay, in the cluster and in each member. */
export function printCluster({ document, name, members, ...cluster }: Cluster): string {
  const known = objectsAt(document, 'members');
  const printed = members.map((member) => {
    const { availability: _availability, ...old } = known.find((one) => one['machine'] === member.machine) ?? {};
    return { ...old, ...member };
  });
  const { id: _id, initOn: _initOn, network: _network, spread: _spread, ...unknown } = document;
  return `${JSON.stringify({ ...unknown, version: VERSION, name, ...cluster, members: printed }, null, 2)}\n`;
}

function parseDocument(text: string, name: ClusterName): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message may quote the text.
    throw corrupt(name, 'it is not JSON');
  }
  if (!isObject(parsed)) throw corrupt(name, 'it holds no object');
  const version = numberAt(parsed, 'version') ?? VERSION;
  if (version > VERSION) throw corrupt(name, `its version ${version} is newer than ${VERSION}`);
  return parsed;
}

function corrupt(name: ClusterName, fact: string, cause?: unknown): MachineError {
  return new MachineError('StoreCorrupt', `cannot read the record of cluster "${name}": ${fact}`, {
    ...(cause === undefined ? {} : { cause }),
    suggestions: ['Mend that file by hand, or remove it and create the cluster over the same machines'],
  });
}

function memberOf(stored: JsonObject): Member {
  const availability = AVAILABILITIES.find((one) => one === stored['availability']);
  return {
    machine: machineAt(stored),
    role: stored['role'] === 'manager' ? 'manager' : 'worker',
    labels: Object.fromEntries(
      Object.entries(objectAt(stored, 'labels')).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    unlabels: textsAt(stored, 'unlabels'),
    ...(availability === undefined ? {} : { availability }),
    zone: textAt(stored, 'zone'),
    place: textAt(stored, 'place'),
  };
}

const AVAILABILITIES: readonly Availability[] = ['active', 'pause', 'drain'];

function ownNodeOf(stored: JsonObject): OwnNode {
  return { id: textAt(stored, 'id'), machine: machineAt(stored) };
}

function machineAt(stored: JsonObject): MachineName {
  return parseName(textAt(stored, 'machine'));
}

function networkOf(stored: JsonObject): ClusterNetwork | undefined {
  const { scope, family, mtu, cidr } = stored;
  if ((scope !== 'private' && scope !== 'public') || (family !== 4 && family !== 6) || typeof mtu !== 'number') {
    return undefined;
  }
  return { scope, family, mtu, place: textAt(stored, 'place'), ...(typeof cidr === 'string' ? { cidr } : {}) };
}

function spreadOf(stored: JsonObject): Pick<Cluster, 'spread'> {
  const [option, values] = [textAt(stored, 'option'), textsAt(stored, 'values')];
  return option === '' || values.length === 0 ? {} : { spread: { option, values } };
}

function advertiseOf({ kind, name, cidr }: JsonObject): AdvertiseChoice {
  if (kind === 'private' || kind === 'public') return { kind };
  if (kind === 'interface' && typeof name === 'string') return { kind, name };
  return kind === 'network' && typeof cidr === 'string' ? { kind, cidr } : { kind: 'auto' };
}

function textAt(stored: JsonObject, key: string): string {
  const value = stored[key];
  return typeof value === 'string' ? value : '';
}

function numberAt(stored: JsonObject, key: string): number | undefined {
  const value = stored[key];
  return typeof value === 'number' ? value : undefined;
}

function textsAt(stored: JsonObject, key: string): string[] {
  return listAt(stored, key).filter((item): item is string => typeof item === 'string');
}

function objectAt(stored: JsonObject, key: string): JsonObject {
  const value = stored[key];
  return isObject(value) ? value : {};
}

function objectsAt(stored: JsonObject, key: string): JsonObject[] {
  return listAt(stored, key).filter(isObject);
}

function listAt(stored: JsonObject, key: string): readonly Json[] {
  const value = stored[key];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
