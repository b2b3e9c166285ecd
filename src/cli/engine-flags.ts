import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { parseSources } from '../cloud/sources.js';
import { MachineError } from '../errors.js';
import { NO_INSTALL, type EngineOptions } from '../record.js';
import { listOf } from './driver-flags.js';

const helpGroup = 'ENGINE';
const MIRRORS = 'ENGINE_REGISTRY_MIRROR';
const list = (description: string, env?: string): ReturnType<typeof Flags.string> =>
  Flags.string({
    description,
    helpGroup,
    multiple: true,
    multipleNonGreedy: true,
    ...(env === undefined ? {} : { env }),
  });

/** docker-machine's --engine-* and --tls-san flags, and berth's own on where the engine comes from. */
export const engineFlags = {
  'engine-opt': list('flag of the engine as name=value, repeatable'),
  'engine-env': list('environment variable of the engine as NAME=value, repeatable'),
  'engine-label': list('label of the engine as key=value, repeatable'),
  'engine-insecure-registry': list('registry the engine may use without TLS, repeatable'),
  'engine-registry-mirror': list('registry mirror of the engine, repeatable', MIRRORS),
  'engine-storage-driver': Flags.string({
    description: 'storage driver of the engine; its own choice otherwise',
    helpGroup,
    default: '',
  }),
  'engine-install-url': Flags.string({
    description: 'URL of a script that installs the engine; none where it must be there already',
    helpGroup,
    env: 'MACHINE_DOCKER_INSTALL_URL',
    default: '',
  }),
  'engine-source': Flags.string({
    description: "where the engine comes from: Docker's packages, the distribution's, or a bundle sent over SSH",
    helpGroup,
    options: ['auto', 'docker', 'distribution', 'bundle'],
    default: 'auto',
  }),
  'engine-bundle': Flags.string({
    description: 'file or URL of a static bundle of the engine (docker-28.2.2.tgz)',
    helpGroup,
    default: '',
  }),
  'engine-version': Flags.string({
    description: 'version of the engine, or a beginning of one: 28, 28.2.2',
    helpGroup,
    default: '',
  }),
  'engine-install-at': Flags.string({
    description: 'when the engine is installed: by the first boot, while SSH comes up, or over SSH',
    helpGroup,
    options: ['boot', 'ssh'],
    default: 'ssh',
  }),
  'engine-allow': list(
    "who reaches the engine's port through the provider's firewall: CIDR, caller or any, repeatable; caller otherwise",
    'BERTH_ENGINE_ALLOW',
  ),
  'tls-san': list("another name or address for the engine's certificate, repeatable"),
};

/** What get.docker.com does, berth does itself; as a URL it is docker-machine's word for "the usual way". */
const USUAL_INSTALL_URL = 'https://get.docker.com';

/** Of lists docker-machine took the environment's items as well; oclif takes them only when the command line has none. */
export function withMirrors(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<NodeJS.ProcessEnv>,
): Readonly<Record<string, unknown>> {
  const typed = flags['engine-registry-mirror'];
  if (!Array.isArray(typed)) return flags;
  return { ...flags, 'engine-registry-mirror': [...(listOf(environment[MIRRORS]) ?? []), ...(typed as string[])] };
}

/** @throws MachineError BadOption for a text that cannot be what its option wants */
export function engineOptions(flags: Readonly<Record<string, unknown>>): {
  engine: EngineOptions;
  tlsSans: readonly string[];
} {
  const texts = (name: string): readonly string[] => listOf(flags[name]) ?? [];
  const one = (name: string): string => (flags[name] as string | undefined) ?? '';
  const installUrl = one('engine-install-url');
  const bundle = bundlePlace(one('engine-bundle'));
  const engine: EngineOptions = {
    opts: texts('engine-opt'),
    env: pairs(texts('engine-env'), 'engine-env'),
    labels: pairs(texts('engine-label'), 'engine-label'),
    insecureRegistries: texts('engine-insecure-registry'),
    registryMirrors: texts('engine-registry-mirror'),
    storageDriver: one('engine-storage-driver'),
    installUrl: installUrl === USUAL_INSTALL_URL ? '' : url(installUrl),
    source: bundle === '' ? (one('engine-source') as EngineOptions['source']) : 'bundle',
    bundle,
    version: one('engine-version') === '' ? '' : engineVersion(one('engine-version')),
    ...atBoot(one('engine-install-at'), { bundle, installUrl, source: one('engine-source') }),
    ...(texts('engine-allow').length === 0 ? {} : { allow: parseSources(texts('engine-allow'), 'engine-allow') }),
  };
  return { engine, tlsSans: texts('tls-san') };
}

/** @throws MachineError BadOption where the engine cannot come at the first boot */
function atBoot(
  at: string,
  { bundle, installUrl, source }: { bundle: string; installUrl: string; source: string },
): Pick<EngineOptions, 'installAt'> {
  if (at !== 'boot') return {};
  if (bundle === '' && source !== 'bundle' && installUrl !== NO_INSTALL) return { installAt: 'boot' };
  const what = installUrl === NO_INSTALL ? 'no engine is installed' : 'a bundle is sent over SSH';
  throw new MachineError('BadOption', `option --engine-install-at wants "ssh" where ${what}, got "boot"`);
}

/** A URL, or the absolute path of a file: upgrades read it again, from another folder perhaps. */
export function bundlePlace(text: string): string {
  return text === '' || /^https?:/.test(text) ? text : resolve(text);
}

function pairs(items: readonly string[], name: string): readonly string[] {
  const wrong = items.find((item) => !/^[^=\s]+=/.test(item));
  if (wrong !== undefined) throw new MachineError('BadOption', `option --${name} wants name=value, got "${wrong}"`);
  return items;
}

function url(text: string): string {
  if (['', NO_INSTALL].includes(text) || (URL.canParse(text) && /^https?:/.test(text))) return text;
  throw new MachineError('BadOption', `option --engine-install-url wants an http or https URL, got "${text}"`);
}

/** "28.2.2", or a beginning of it. @throws MachineError BadOption */
export function engineVersion(text: string): string {
  const bare = text.replace(/^v/, '');
  if (/^\d+(\.\d+)*$/.test(bare)) return bare;
  throw new MachineError('BadOption', `option --engine-version wants a version such as 28 or 28.2.2, got "${text}"`);
}
