import { join, resolve } from 'node:path';
import { engineUrl, type Machine } from '../record.js';
import { shellHint, unsetLine } from '../shell/environment.js';
import { gathered, type Examined, type Finding } from './finding.js';

export interface ShellExam {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The shell that has called us: "bash". */
  readonly shell: string;
  /** Its start-up file, where it has one that exists. */
  readonly startUp?: { readonly path: string; readonly text: string };
  /** Machines of the store that can be read. */
  readonly machines: readonly Machine[];
  /** Names of all machines of the store, broken records among them. */
  readonly names: readonly string[];
  /** The store's folder. */
  readonly base: string;
  /** The context that the docker client's configuration makes current, '' for its default. */
  readonly currentContext: string;
  /** Names of the docker client's contexts. */
  readonly contexts: readonly string[];
}

/** What the variables of the docker client lead to. Nothing here can be mended from outside of the shell. */
export function examineShell(exam: ShellExam): Examined {
  const { shell, startUp, environment } = exam;
  const hasInit = startUp?.text.includes('shell-init') === true;
  const findings = gathered(machineOfShell(exam), contextOfShell(exam));
  const used = environment['DOCKER_MACHINE_NAME'];
  const seen = [
    hasInit ? `${shell} with shell-init` : `${shell} without shell-init`,
    ...(used ? [`using ${used}`] : []),
  ];
  return { group: 'shell', seen: seen.join(', '), findings };
}

/** Quotes keep what is printed as it is, where docker-machine's hint has none. */
function taking(command: string, shell: string): string {
  return shellHint(shell, command).replace(/^eval \$\((.*)\)$/, 'eval "$($1)"');
}

function machineOfShell({ environment, machines, names, base, shell }: ShellExam): Finding | undefined {
  const host = environment['DOCKER_HOST'];
  if (!host) return undefined;
  const name = environment['DOCKER_MACHINE_NAME'] || nameIn(environment['DOCKER_CERT_PATH'] ?? '', base);
  if (name === undefined) return undefined;
  if (!names.includes(name)) {
    return {
      id: 'docker-host-gone',
      severity: 'error',
      fact: `DOCKER_HOST ${host} is that of machine "${name}", which is gone`,
      remedy: taking('berth env --unset', shell),
    };
  }
  const machine = machines.find((one) => one.name === name);
  if (!machine || engineUrl(machine) === host) return undefined;
  return {
    id: 'docker-host-stale',
    severity: 'error',
    fact: `DOCKER_HOST is ${host}, and machine "${name}" is at ${engineUrl(machine) || 'no address'}`,
    remedy: taking(`berth env ${name}`, shell),
  };
}

/** The machine whose folder it is. */
function nameIn(certPath: string, base: string): string | undefined {
  const folder = join(base, 'machines', '/');
  const path = certPath === '' ? '' : resolve(certPath);
  return path.startsWith(folder) ? path.slice(folder.length).split(/[\\/]/)[0] : undefined;
}

/** DOCKER_HOST wins over DOCKER_CONTEXT, and that over the current context (docker/cli, cli/command/cli.go). */
function contextOfShell({ environment, currentContext, contexts, shell }: ShellExam): Finding | undefined {
  const named = environment['DOCKER_CONTEXT'] ?? '';
  if (environment['DOCKER_HOST']) {
    if (named === '' || named === 'default') return undefined;
    return {
      id: 'docker-context-shadowed',
      severity: 'warning',
      fact: `DOCKER_CONTEXT "${named}" has no effect while DOCKER_HOST is set`,
      remedy: `${unsetLine(shell, 'DOCKER_CONTEXT')}, or ${taking('berth env --unset', shell)}`,
    };
  }
  const context = named || currentContext;
  if (context === '' || context === 'default' || contexts.includes(context)) return undefined;
  return {
    id: 'docker-context-gone',
    severity: 'error',
    fact: `the docker client uses the context "${context}", which is gone`,
    remedy: named === '' ? 'docker context use default' : unsetLine(shell, 'DOCKER_CONTEXT'),
  };
}
