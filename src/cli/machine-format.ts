import { parseGoTemplate, type GoTemplate } from '../gotemplate/template.js';
import { bool, sorted, string, structure, texts, type Concrete } from '../gotemplate/values.js';
import { isObject } from '../json.js';
import type { Survey } from '../lifecycle/status.js';
import type { Json, JsonObject } from '../record.js';
import { isActive, surveyRow } from './machine-list.js';
import { alignTabs } from './tabwriter.js';

/**
 * `ls --format`: a line for each machine by a Go template; behind the word `table` with a header and in columns. `\t` and `\n`
 * stand for a tab and a line break. @throws MachineError BadOption
 */
export function renderFormat(format: string, surveys: readonly Survey[], dockerHost: string | undefined): string {
  const isTable = format.startsWith('table');
  const template = parseGoTemplate(`${escapesOf(isTable ? format.slice('table'.length) : format)}\n`);
  const rows = surveys.map((survey) => itemOf(survey, dockerHost));
  return isTable ? alignTabs(renderAll(template, [HEADER, ...rows])) : renderAll(template, rows);
}

function escapesOf(format: string): string {
  const trimmed = format.replace(/^ +/, '').replace(/(?<! ) +$/, '');
  return trimmed.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
}

function renderAll(template: GoTemplate, rows: readonly Concrete[]): string {
  return rows.map((row) => template.render(row)).join('');
}

const HEADERS = {
  Name: 'NAME',
  Active: 'ACTIVE',
  ActiveHost: 'ACTIVE_HOST',
  ActiveSwarm: 'ACTIVE_SWARM',
  DriverName: 'DRIVER',
  State: 'STATE',
  URL: 'URL',
  SwarmOptions: 'SWARM_OPTIONS',
  Swarm: 'SWARM',
  EngineOptions: 'ENGINE_OPTIONS',
  Error: 'ERRORS',
  DockerVersion: 'DOCKER',
  ResponseTime: 'RESPONSE',
  Labels: 'LABELS',
  Note: 'NOTE',
};

const HEADER: Concrete = {
  kind: 'map',
  type: 'map[string]string',
  entries: sorted(Object.entries(HEADERS).map(([name, text]) => [name, string(text)])),
};

/** docker-machine's HostListItem, and behind it what it did not have. */
function itemOf(survey: Survey, dockerHost: string | undefined): Concrete {
  const [name = '', active = '', driver = '', state = '', url = '', swarm = '', docker = '', error = ''] = surveyRow(
    survey,
    dockerHost,
  );
  // docker-machine knows nothing else of a machine that it got no answer about.
  const options = state === 'Timeout' ? undefined : objectIn(survey.machine?.document, 'HostOptions');
  const fields: Readonly<Record<keyof typeof HEADERS, Concrete>> = {
    Name: string(name),
    Active: string(active),
    ActiveHost: bool(isActive(survey, dockerHost)),
    ActiveSwarm: bool(false),
    DriverName: string(driver),
    State: { ...string(state), type: 'state.State' },
    URL: string(url),
    SwarmOptions: optionsOf('swarm.Options', SWARM, objectIn(options, 'SwarmOptions')),
    Swarm: string(swarm),
    EngineOptions: optionsOf('engine.Options', ENGINE, objectIn(options, 'EngineOptions')),
    Error: string(error.replace(/\s*[\r\n\t]+\s*/g, ' ')),
    DockerVersion: string(docker),
    ResponseTime: { kind: 'int', type: 'time.Duration', value: BigInt(survey.responseMs) * 1_000_000n },
    Labels: string(
      Object.entries(survey.machine?.labels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    ),
    Note: string((survey.machine?.note ?? '').replace(/\s*[\r\n\t]+\s*/g, ' ')),
  };
  return structure('commands.HostListItem', Object.entries(fields));
}

/** docker-machine's options of the engine and of the swarm: names in Go, in the record, and what stands for a missing value. */
const ENGINE: readonly Field[] = [
  ['ArbitraryFlags', 'ArbitraryFlags', []],
  ['DNS', 'Dns', []],
  ['GraphDir', 'GraphDir', ''],
  ['Env', 'Env', []],
  ['Ipv6', 'Ipv6', false],
  ['InsecureRegistry', 'InsecureRegistry', []],
  ['Labels', 'Labels', []],
  ['LogLevel', 'LogLevel', ''],
  ['StorageDriver', 'StorageDriver', ''],
  ['SelinuxEnabled', 'SelinuxEnabled', false],
  ['TLSVerify', 'TlsVerify', false],
  ['RegistryMirror', 'RegistryMirror', []],
  ['InstallURL', 'InstallURL', ''],
];
const SWARM: readonly Field[] = [
  ['IsSwarm', 'IsSwarm', false],
  ['Address', 'Address', ''],
  ['Discovery', 'Discovery', ''],
  ['Agent', 'Agent', false],
  ['Master', 'Master', false],
  ['Host', 'Host', ''],
  ['Image', 'Image', ''],
  ['Strategy', 'Strategy', ''],
  ['Heartbeat', 'Heartbeat', 0n],
  ['Overcommit', 'Overcommit', 0],
  ['ArbitraryFlags', 'ArbitraryFlags', []],
  ['ArbitraryJoinFlags', 'ArbitraryJoinFlags', []],
  ['Env', 'Env', []],
  ['IsExperimental', 'IsExperimental', false],
];
type Field = readonly [name: string, key: string, usual: string | boolean | number | bigint | readonly string[]];

function optionsOf(type: string, fields: readonly Field[], options: JsonObject | undefined): Concrete {
  const of =
    options &&
    structure(
      type,
      fields.map(([name, key, usual]) => [name, fieldOf(options[key], usual)]),
    );
  return { kind: 'pointer', type: `*${type}`, of };
}

/** What is of another type than Go's struct has is as if it were missing. */
function fieldOf(value: Json | undefined, usual: Field[2]): Concrete {
  if (typeof usual === 'string') return string(typeof value === 'string' ? value : usual);
  if (typeof usual === 'boolean') return bool(value === true);
  if (typeof usual === 'number') return { kind: 'float', value: typeof value === 'number' ? value : usual };
  if (typeof usual === 'bigint')
    return { kind: 'int', type: 'int', value: Number.isInteger(value) ? BigInt(value as number) : usual };
  return texts(Array.isArray(value) ? value.map(String) : undefined);
}

function objectIn(parent: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = parent?.[key];
  return isObject(value) ? value : undefined;
}
