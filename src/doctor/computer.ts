import type { AnyDriverSpec, OptionTable } from '../driver.js';
import { isMachineError } from '../errors.js';
import { driverContext } from '../lifecycle/driver-call.js';
import type { Program } from '../lifecycle/program.js';
import { silentReporter, type Reporter } from '../reporter.js';
import { gathered, type Examined, type Finding } from './finding.js';

/** This computer, as far as the program's environment does not tell of it. */
export interface Computer {
  readonly platform: NodeJS.Platform;
  /** "20.19.0" */
  readonly nodeVersion: string;
  /** Undefined where the system has no numbers for users. */
  readonly userId: number | undefined;
  /** Runs a program of this computer; undefined where there is none of that name, or it does not end in time. */
  readonly ask: (
    words: readonly [string, ...string[]],
    environment?: Readonly<Record<string, string>>,
  ) => Promise<Asked | undefined>;
}
export interface Asked {
  readonly stdout: string;
  readonly stderr: string;
}

/** The docker client of this computer; versions of the API that it speaks. */
export interface DockerClient {
  readonly version: string;
  readonly apiVersion: string;
}

/** What package.json wants. */
const OLDEST_NODE = '20.19.0';

export interface ComputerExam {
  readonly computer: Computer;
  readonly client: DockerClient | undefined;
  /** Drivers of machines on this computer: those that the store has machines of are needed, others are only told of. */
  readonly localDrivers: readonly { readonly spec: AnyDriverSpec; readonly isUsed: boolean }[];
}

/** Programs that berth and the docker client need here. */
export async function examineComputer(
  { computer, client, localDrivers }: ComputerExam,
  program: Program,
): Promise<Examined> {
  const { nodeVersion } = computer;
  const ssh = await sshVersion(computer);
  const locals = await Promise.all(localDrivers.map(({ spec, isUsed }) => askLocalDriver(spec, isUsed, program)));
  const makers = locals.flatMap((local) => local.maker ?? []);
  const findings = gathered(
    isBelow(nodeVersion, OLDEST_NODE)
      ? {
          id: 'node-old',
          severity: 'error',
          fact: `Node ${nodeVersion} is older than ${OLDEST_NODE}`,
          remedy: 'Install a newer Node',
        }
      : undefined,
    client ? undefined : NO_CLIENT,
    ssh === undefined ? NO_SSH : undefined,
    ...locals.map(({ finding }) => finding),
  );
  const seen = [
    `Node ${nodeVersion}`,
    ...(client ? [`docker client ${client.version}`] : []),
    ...(ssh === undefined ? [] : [ssh]),
    ...(makers.length === 0 ? [] : [`local machines by ${makers.join(' and ')}`]),
    ...locals.flatMap((local) => local.lack ?? []),
  ];
  return { group: 'computer', seen: seen.join(', '), findings };
}

const NO_CLIENT: Finding = {
  id: 'docker-client-missing',
  severity: 'warning',
  fact: 'there is no docker client on PATH',
  remedy: 'Install the docker client; Debian has it in docker-cli or docker.io',
};
const NO_SSH: Finding = {
  id: 'ssh-missing',
  severity: 'warning',
  fact: 'there is no ssh on PATH: adopted machines, mount and scp --delta need it',
  remedy: 'Install the OpenSSH client; Debian has it in openssh-client',
};

/** The client of the docker engine; whatever engine it would ask is left in peace. */
export async function askDockerClient({ ask, platform }: Computer): Promise<DockerClient | undefined> {
  const nobody = platform === 'win32' ? 'npipe:////./pipe/berth-asks-nobody' : 'unix:///berth-asks-nobody';
  const words = ['docker', 'version', '--format', '{{.Client.Version}} {{.Client.DefaultAPIVersion}}'] as const;
  const asked = await ask(words, { DOCKER_HOST: nobody });
  const [version, apiVersion = ''] = asked?.stdout.trim().split(' ') ?? [];
  return version ? { version, apiVersion } : undefined;
}

/** ssh tells its version on stderr: "OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL …". */
async function sshVersion({ ask }: Computer): Promise<string | undefined> {
  const asked = await ask(['ssh', '-V']);
  if (!asked) return undefined;
  return /OpenSSH_[\w.]+/.exec(`${asked.stderr}${asked.stdout}`)?.[0].replace('_for_Windows_', '_') ?? 'ssh';
}

interface AskedDriver {
  /** The name of a driver that can make machines here. */
  readonly maker?: string;
  /** Why one that nobody needs cannot. */
  readonly lack?: string;
  readonly finding?: Finding;
}

/** The driver's own check, as a create with nothing but defaults would have it. */
async function askLocalDriver(spec: AnyDriverSpec, isUsed: boolean, program: Program): Promise<AskedDriver> {
  const driver = await spec.load();
  const host = { name: 'doctor', id: '0'.repeat(16), store: '', publicKey: '', options: defaultsOf(spec.options) };
  const warnings: string[] = [];
  const report: Reporter = { ...silentReporter, warn: (line) => void warnings.push(line) };
  try {
    await driver.check(
      host as never,
      driverContext({ ...program, report }, {}, async () => {}),
    );
    const [slow] = warnings;
    if (slow === undefined || !isUsed) return { maker: spec.name };
    const remedy = `berth create -d ${spec.name} --help`;
    return { maker: spec.name, finding: { id: 'local-driver-slow', severity: 'note', fact: slow, remedy } };
  } catch (error) {
    if (!isMachineError(error)) throw error;
    if (!isUsed) return { lack: `none by ${spec.name}: ${error.message}` };
    const [remedy = `berth create -d ${spec.name} --help`] = error.suggestions;
    return { finding: { id: 'local-driver', severity: 'error', fact: error.message, remedy } };
  }
}

function defaultsOf(options: OptionTable): Readonly<Record<string, unknown>> {
  const defaults = Object.entries(options).map(([key, option]) => [
    key,
    'default' in option ? option.default : undefined,
  ]);
  return Object.fromEntries(
    defaults.map(([key, value]) => [key, value ?? (options[String(key)]?.kind === 'list' ? [] : undefined)]),
  ) as Readonly<Record<string, unknown>>;
}

/** Versions of numbers and dots: 20.9 is below 20.19. */
export function isBelow(version: string, least: string): boolean {
  const [own, other] = [version, least].map((text) => text.split('.').map(Number));
  for (const [index, wanted] of (other ?? []).entries()) {
    const has = own?.[index] ?? 0;
    if (has !== wanted) return has < wanted;
  }
  return false;
}
