import type { AnyDriverSpec, SshTarget } from '../driver.js';
import { MachineError } from '../errors.js';
import type { ConnectRequest, Host } from '../host/host.js';
import type { Machine } from '../record.js';
import type { Program } from './program.js';

/** Logs in, waiting for sshd within the program's limit. */
export function connectTo(
  machine: Machine,
  program: Program,
  options: { retry: boolean } = { retry: true },
): Promise<Host> {
  const { report, signal, store, sshWithinMs } = program;
  const target: SshTarget = { host: sshHost(machine), port: machine.ssh.port, user: machine.ssh.user };
  const askPassphrase = program.passphraseAsker?.();
  const request: ConnectRequest = {
    target,
    name: machine.name,
    ...(machine.ssh.keyPath === undefined ? {} : { keyPath: machine.ssh.keyPath }),
    knownHostsPath: store.path(machine.name, 'known_hosts'),
    withinMs: sshWithinMs,
    retry: options.retry,
    signal,
    onStage: (stage) => report.debug(stage),
    ...userConfig(machine, program),
    ...(askPassphrase ? { askPassphrase } : {}),
  };
  // Without retries there is nothing to wait for, and what is printed is the remote command's alone.
  return options.retry ? report.step('Waiting for SSH', () => program.connect(request)) : program.connect(request);
}

/**
 * Hosts that berth did not make may be known to the user's ssh_config; there it has the say on whatever still is the generic
 * driver's default. The record does not tell a default from the same value typed.
 */
function userConfig({ driver, ssh }: Machine, program: Program): Pick<ConnectRequest, 'sshConfigPath' | 'overridable'> {
  const { sshConfigPath } = program;
  const spec = program.findDriver(driver);
  if (sshConfigPath === undefined || !spec || makesHosts(spec)) return {};
  return {
    sshConfigPath,
    overridable: [...(ssh.user === 'root' ? (['user'] as const) : []), ...(ssh.port === 22 ? (['port'] as const) : [])],
  };
}

/** The alias or address to reach sshd at; an alias in ssh_config brings more than its address. */
export function sshHost(machine: Machine): string {
  const alias = machine.options['ip-address'];
  const host = typeof alias === 'string' && alias !== '' ? alias : machine.address;
  if (host === '') {
    throw new MachineError('HostUnreachable', `machine "${machine.name}" has no address yet`, {
      suggestions: [`berth start ${machine.name}`, `berth rm ${machine.name}`],
    });
  }
  return host;
}

/** Whether berth made the host itself, so that it may give it its name. */
export function makesHosts(spec: AnyDriverSpec): boolean {
  return spec.features.plantsKeys;
}
