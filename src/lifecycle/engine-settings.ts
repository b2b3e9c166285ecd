import { DAEMON_JSON, parseDaemonJson } from '../engine/daemon.js';
import { changedEngine, parseSetting, parseSettingKey, splitKey, type Setting } from '../engine/settings.js';
import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import type { MachineName } from '../name.js';
import type { Json, JsonObject } from '../record.js';
import type { Program } from './program.js';
import { refuseWithoutHost } from './refuse.js';
import { connectTo } from './host-connection.js';
import type { MachineProvisioned } from './provision.js';
import { reprovision } from './reprovision.js';

/** The settings as they stand on the host. @throws MachineError NotSupported without a host */
export async function engineSettings(name: MachineName, program: Program): Promise<JsonObject> {
  const machine = await program.store.read(name);
  refuseWithoutHost(machine, "its engine's settings cannot be read", program);
  await using host = await connectTo(machine, program, { retry: false });
  const { stdout } = await host.run(['sh', '-c', `[ ! -e ${DAEMON_JSON} ] || cat ${DAEMON_JSON}`], {
    sudo: true,
    signal: program.signal,
  });
  return parseDaemonJson(stdout, name);
}

/** One of them. @throws MachineError BadUsage where it is not set */
export function settingAt(settings: JsonObject, path: string, name: MachineName): Json {
  const { key, inner } = splitKey(path);
  const outer = settings[key];
  const value = inner === undefined ? outer : isObject(outer) ? outer[inner] : undefined;
  if (value !== undefined) return value;
  throw new MachineError('BadUsage', `the engine of "${name}" has no setting "${path}"`, {
    suggestions: [`berth engine get ${name}`],
  });
}

/** `KEY=VALUE` each. @throws MachineError BadOption */
export function settingsOfWords(words: readonly string[]): readonly Setting[] {
  return words.map(parseSetting);
}

/** Keys that shall not be there. @throws MachineError BadOption */
export function settingsWithout(words: readonly string[]): readonly Setting[] {
  return words.map((word) => ({ ...parseSettingKey(word), value: null }));
}

/**
 * Brings settings about and keeps them. The engine checks them first, and where it does not come up with them it has its old
 * ones back; then nothing is written down either.
 */
export function changeSettings(
  name: MachineName,
  settings: readonly Setting[],
  program: Program,
): Promise<MachineProvisioned> {
  return reprovision(name, { renew: false, change: (engine) => changedEngine(engine, settings) }, program);
}
