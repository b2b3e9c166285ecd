import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { findDriver } from '../../drivers/index.js';
import type { AnyDriverSpec, OptionTable } from '../driver.js';
import { systemCode } from '../errors.js';
import type { Program } from '../lifecycle/program.js';
import { clustersOf } from '../lifecycle/swarm-clusters.js';
import { paces } from '../pace.js';
import { optionTable } from '../plugin/options.js';
import { findPlugin, pluginNames, type PluginPlace } from '../plugin/place.js';
import { pluginSpec } from '../plugin/spec.js';
import { silentReporter, type Reporter } from '../reporter.js';
import { KNOWN_SHELLS, type Names } from '../shell/completion/model.js';
import { openClusters } from '../store/clusters.js';
import { openStore } from '../store/disk.js';
import { parseGoJson, printGoJson } from '../store/go-json.js';
import type { TlsPaths } from '../record.js';
import { environmentSecrets } from './environment-secrets.js';
import { askPassphrase } from './prompt.js';
import { interruptSignal } from './signals.js';
import { runTool, withTemporaryFolder } from './system.js';
import type { Terminal } from './terminal.js';

export interface ProgramSettings {
  readonly environment: NodeJS.ProcessEnv;
  /** --storage-path; '' takes the environment's or the default. */
  readonly storagePath: string;
  readonly tls: TlsPaths;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
  readonly sshWithinMs: number;
  /** Our own start, for what goes on in the background. */
  readonly script: string;
}

/** Puts the real parts together. What is heavy (ssh2, node-forge) loads when its function is first called. */
export function createProgram({
  environment,
  storagePath,
  tls,
  report,
  signal,
  terminal,
  sshWithinMs,
  script,
}: ProgramSettings): Program {
  const home = environment['HOME'] || homedir();
  const agentPath = environment['SSH_AUTH_SOCK'];
  const storePath = storeFolder(storagePath, environment, home);
  const find = driverFinder(environment, storePath);
  return {
    store: openStore(storePath, { find }, { tls }),
    clusters: clustersOf(openClusters(storePath), () => import('../swarm/record.js')),
    report,
    signal,
    now: () => new Date(),
    environment: { ...environment, HOME: home },
    pace: paces(),
    organization: () => environment['USER'] || loginName(),
    cacheFolder: join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'berth'),
    dockerFolder: environment['DOCKER_CONFIG'] || join(home, '.docker'),
    sshWithinMs,
    sshConfigPath: join(home, '.ssh', 'config'),
    findDriver: find,
    environmentSecrets: (spec) => environmentSecrets(spec, environment),
    connect: async (request) =>
      (await import('../host/ssh.js')).connect({ ...request, homeFolder: home, ...(agentPath ? { agentPath } : {}) }),
    loadSsh: () => import('../host/ssh.js'),
    certificates: async () => (await import('../certs/issue.js')).certificates,
    keys: () => import('../host/keys.js'),
    archives: () => import('../store/archive.js'),
    replacement: () => import('../replace/replace.js'),
    provision: async (...call) => (await import('../provision/provision.js')).provisionHost(...call),
    readUserFile: (path) => readUserFile(path.replace(/^~(?=\/)/, home)),
    runTool,
    startTunnel: async (name) =>
      (await import('./tunnel.js')).startTunnel(name, { script, storePath, environment, signal }),
    withTemporaryFolder,
    passphraseAsker: () => (terminal.stdinIsTty && terminal.stderrIsTty ? askPassphrase : undefined),
  };
}

/** berth's own drivers, then driver binaries on PATH; each name is looked for once. */
function driverFinder(environment: NodeJS.ProcessEnv, storePath: string): Program['findDriver'] {
  const found = new Map<string, AnyDriverSpec | undefined>();
  return (name) => {
    if (!found.has(name)) found.set(name, findDriver(name) ?? pluginNamed(name, environment, storePath));
    return found.get(name);
  };
}

function pluginNamed(name: string, environment: NodeJS.ProcessEnv, storePath: string): AnyDriverSpec | undefined {
  const place = pluginPlace(name, environment, storePath);
  return place && pluginSpec(name, [], async () => (await import('../plugin/driver.js')).pluginDriver(place));
}

function pluginPlace(name: string, environment: NodeJS.ProcessEnv, storePath: string): PluginPlace | undefined {
  const path = findPlugin(name, environment['PATH'] ?? '');
  return path === undefined
    ? undefined
    : { name, path, storePath, environment, parseJson: parseGoJson, printJson: printGoJson };
}

/**
 * The options that a driver binary declares, asked of it; undefined for berth's own drivers and for names without a binary.
 * @throws MachineError DriverFailed, TimedOut
 */
export async function pluginOptions(name: string, environment: NodeJS.ProcessEnv): Promise<OptionTable | undefined> {
  const storePath = storeFolder('', environment, environment['HOME'] || homedir());
  const place = name === 'local' || findDriver(name) ? undefined : pluginPlace(name, environment, storePath);
  if (!place) return undefined;
  const { pluginFlags } = await import('../plugin/driver.js');
  // Even before there is a program to interrupt, no driver is left behind.
  const signal = interruptSignal(() => {});
  return optionTable(name, await pluginFlags(place, { report: silentReporter, signal }));
}

/** Names of the driver binaries on PATH, those that berth has itself left out. */
export function pluginNamesOf(environment: NodeJS.ProcessEnv): readonly string[] {
  return pluginNames(environment['PATH'] ?? '').filter((name) => !findDriver(name));
}

/** Names in the environment's store, for completions; none of images. */
export async function storedNames(kind: Names, environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  if (kind === 'shells') return KNOWN_SHELLS;
  const path = storeFolder('', environment, environment['HOME'] || homedir());
  const machines = kind === 'clusters' || kind === 'images' ? [] : await openStore(path, { find: findDriver }).list();
  const clusters = kind === 'clusters' || kind === 'members' ? await openClusters(path).list() : [];
  return [...machines, ...clusters];
}

/** Absolute, so that what is printed works from every folder. */
function storeFolder(storagePath: string, environment: NodeJS.ProcessEnv, home: string): string {
  return resolve(storagePath || environment['MACHINE_STORAGE_PATH'] || join(home, '.docker', 'machine'));
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // No entry in the user database, as in many containers.
    return 'unknown';
  }
}

async function readUserFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
