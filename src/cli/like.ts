import type { AnyDriverSpec } from '../driver.js';
import type { CreateRequest } from '../lifecycle/create.js';
import type { Machine, MachineEnd, OptionValues } from '../record.js';
import { flagName } from './driver-flags.js';

/** The machine whose settings a new one shall have, and its secret options. */
export interface Pattern {
  readonly machine: Machine;
  readonly secrets: Readonly<Record<string, string>>;
}

/** The flags as if those of the pattern had been typed; what was typed now counts more. */
export function flagsLike(
  { machine }: Pattern,
  spec: AnyDriverSpec,
  { flags, typed }: { readonly flags: Readonly<Record<string, unknown>>; readonly typed: ReadonlySet<string> },
): Readonly<Record<string, unknown>> {
  const { engine, tlsSans } = machine;
  const wished: Readonly<Record<string, unknown>> = {
    ...driverFlagsOf(spec, machine.options),
    'engine-opt': engine.opts,
    'engine-env': engine.env,
    'engine-label': engine.labels,
    'engine-insecure-registry': engine.insecureRegistries,
    'engine-registry-mirror': engine.registryMirrors,
    'engine-storage-driver': engine.storageDriver,
    'engine-install-url': engine.installUrl,
    'engine-source': engine.source,
    'engine-bundle': engine.bundle,
    'engine-version': engine.version,
    'engine-install-at': engine.installAt ?? 'ssh',
    'engine-allow': engine.allow ?? [],
    'tls-san': tlsSans,
    transport: machine.transport.kind === 'tunnel' ? 'ssh' : 'tls',
    driver: machine.driver,
  };
  return { ...flags, ...Object.fromEntries(Object.entries(wished).filter(([name]) => !typed.has(name))) };
}

/** What names one host, as addresses do, has to be given anew: two records of one host would fight over it. */
function driverFlagsOf(spec: AnyDriverSpec, options: OptionValues): Readonly<Record<string, unknown>> {
  const entries = Object.entries(spec.options).flatMap(([key, option]) => {
    const isOwn =
      option.kind === 'string' && (option.perMachine === true || (option.required && !spec.features.plantsKeys));
    return isOwn || options[key] === undefined ? [] : [[flagName(spec, key), options[key]] as const];
  });
  return Object.fromEntries(entries);
}

/** What no flag of engine or driver says: the end, and of a pattern labels, settings of the engine, and typed secrets. */
export function completed(
  request: CreateRequest,
  { pattern, end }: { readonly pattern: Pattern | undefined; readonly end: MachineEnd | undefined },
): CreateRequest {
  const { labels, engine: { settings } = {}, end: patternEnd } = pattern?.machine ?? ({} as Partial<Machine>);
  const { machine } = request;
  const wholeEnd = { ...patternEnd, ...end };
  return {
    ...request,
    secrets: { ...pattern?.secrets, ...request.secrets },
    machine: {
      ...machine,
      ...(labels ? { labels } : {}),
      ...(Object.keys(wholeEnd).length > 0 ? { end: wholeEnd } : {}),
      engine: { ...machine.engine, ...(settings ? { settings } : {}) },
    },
  };
}
