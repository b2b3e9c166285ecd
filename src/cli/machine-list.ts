import { MachineError } from '../errors.js';
import type { Entry, Survey } from '../lifecycle/status.js';
import type { Machine } from '../record.js';
import { renderTable } from './table.js';

const KEYS = ['driver', 'state', 'name', 'label', 'swarm'] as const;
export type Filters = Readonly<Record<(typeof KEYS)[number], readonly string[]>>;

/** `key=value` each; different keys must all hold, of one key any. @throws MachineError BadUsage */
export function parseFilters(texts: readonly string[]): Filters {
  const filters: Record<(typeof KEYS)[number], string[]> = { driver: [], state: [], name: [], label: [], swarm: [] };
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 0) throw new MachineError('BadUsage', `option --filter wants key=value, got "${text}"`);
    const key = KEYS.find((known) => known === text.slice(0, at).toLowerCase());
    if (!key)
      throw new MachineError('BadUsage', `option --filter knows ${KEYS.join(', ')}, got "${text.slice(0, at)}"`);
    const value = text.slice(at + 1);
    if (key === 'name') checkPattern(value);
    filters[key].push(value);
  }
  return filters;
}

/** All filters but the state's, which has to be asked for. Broken records pass only where nothing is filtered. */
export function filterByRecord(entries: readonly Entry[], { driver, name, label, swarm }: Filters): readonly Entry[] {
  const any = (wanted: readonly string[], holds: (value: string) => boolean): boolean =>
    wanted.length === 0 || wanted.some(holds);
  return entries.filter(({ name: own, machine, swarm: group = '' }) => {
    if (!any(name, (pattern) => goPattern(pattern).test(own))) return false;
    if (!machine) return driver.length + label.length + swarm.length === 0;
    return (
      any(driver, (value) => same(value, machine.driver)) &&
      any(label, (value) => labelsOf(machine).some((one) => same(one, value))) &&
      any(swarm, (value) => same(value, group.replace(/ \(master\)$/, '')))
    );
  });
}

/** Those of its engine, as docker-machine filters by, and its own. */
function labelsOf({ engine, labels = {} }: Machine): readonly string[] {
  return [...engine.labels, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)];
}

export function filterByState(surveys: readonly Survey[], { state }: Filters): readonly Survey[] {
  return state.length === 0 ? surveys : surveys.filter((survey) => state.some((value) => same(value, survey.state)));
}

const HEADER = ['NAME', 'ACTIVE', 'DRIVER', 'STATE', 'URL', 'SWARM', 'DOCKER', 'ERRORS'];

/** The columns of `ls`. */
export function surveyTable(surveys: readonly Survey[], dockerHost: string | undefined): string {
  return renderTable([HEADER, ...surveys.map((survey) => surveyRow(survey, dockerHost))]);
}

export function surveyRow(
  { name, machine, swarm = '', state, url, engineVersion, error }: Survey,
  dockerHost: string | undefined,
): readonly string[] {
  if (!machine) return [name, '', 'not found', state, '', '', '', error];
  if (state === 'Timeout') return [name, '', machine.driver, state, '', '', '', error];
  const docker = engineVersion === undefined ? 'Unknown' : `v${engineVersion}`;
  return [name, isActive({ url, state }, dockerHost) ? '*' : '-', machine.driver, state, url, swarm, docker, error];
}

/** docker-machine's meaning: it runs, and DOCKER_HOST is its URL. */
export function isActive({ url, state }: Pick<Survey, 'url' | 'state'>, dockerHost: string | undefined): boolean {
  return state === 'Running' && url !== '' && url === dockerHost;
}

/** Go sets flags in front of a pattern, as in `(?i)web`. */
function goPattern(pattern: string): RegExp {
  const [, flags = '', rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  return new RegExp(rest, [...new Set(flags)].join(''));
}

function checkPattern(pattern: string): void {
  try {
    goPattern(pattern);
  } catch (cause) {
    throw new MachineError('BadUsage', `option --filter name= wants a regular expression, got "${pattern}"`, { cause });
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
