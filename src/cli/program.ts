import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { findDriver } from '../../drivers/index.js';
import { systemCode } from '../errors.js';
import type { Program } from '../lifecycle/program.js';
import type { Reporter } from '../reporter.js';
import { openStore } from '../store/disk.js';
import type { TlsPaths } from '../record.js';
import { environmentSecrets } from './driver-flags.js';
import { askPassphrase } from './prompt.js';
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
}: ProgramSettings): Program {
  const home = environment['HOME'] || homedir();
  const agentPath = environment['SSH_AUTH_SOCK'];
  return {
    store: openStore(storeFolder(storagePath, environment, home), { find: findDriver }, { tls }),
    report,
    signal,
    now: () => new Date(),
    organization: environment['USER'] || loginName(),
    cacheFolder: join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'berth'),
    dockerFolder: environment['DOCKER_CONFIG'] || join(home, '.docker'),
    sshWithinMs,
    sshConfigPath: join(home, '.ssh', 'config'),
    findDriver,
    environmentSecrets: (spec) => environmentSecrets(spec, environment),
    connect: async (request) =>
      (await import('../host/ssh.js')).connect({ ...request, homeFolder: home, ...(agentPath ? { agentPath } : {}) }),
    certificates: async () => (await import('../certs/issue.js')).certificates,
    keys: () => import('../host/keys.js'),
    archives: () => import('../store/archive.js'),
    provision: async (...call) => (await import('../provision/provision.js')).provisionHost(...call),
    readUserFile: (path) => readUserFile(path.replace(/^~(?=\/)/, home)),
    runTool,
    withTemporaryFolder,
    ...(terminal.stdinIsTty && terminal.stderrIsTty ? { askPassphrase } : {}),
  };
}

/** Names of the machines in the environment's store, for completions. */
export function storedNames(environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const home = environment['HOME'] || homedir();
  return openStore(storeFolder('', environment, home), { find: findDriver }).list();
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
