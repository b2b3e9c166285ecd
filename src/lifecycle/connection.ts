import { MachineError } from '../errors.js';
import { engineUrl, type Machine } from '../record.js';

/** What a client needs to talk to a machine's engine: read from the record, nothing is asked. */
export type Variables = readonly (readonly [name: string, value: string | undefined])[];

/** Variables in docker-machine's order; without certificates where the engine is reached over SSH. */
export function clientEnvironment(machine: Machine, folder: string, platform: NodeJS.Platform): Variables {
  const tls = showsCertificate(machine);
  return [
    ['DOCKER_TLS_VERIFY', tls ? '1' : undefined],
    ['DOCKER_HOST', urlOf(machine)],
    ['DOCKER_CERT_PATH', tls ? folder : undefined],
    ['DOCKER_MACHINE_NAME', machine.name],
    ...(platform === 'win32' ? ([['COMPOSE_CONVERT_WINDOWS_PATHS', 'true']] as const) : []),
  ];
}

export const UNSET_ENVIRONMENT: Variables = [
  ['DOCKER_TLS_VERIFY', undefined],
  ['DOCKER_HOST', undefined],
  ['DOCKER_CERT_PATH', undefined],
  ['DOCKER_MACHINE_NAME', undefined],
];

/** The variable for hosts that no proxy is asked for, with the machine's address among them exactly once. */
export function noProxyVariable(
  machine: Machine,
  environment: Readonly<Record<string, string | undefined>>,
): readonly [string, string] {
  const name = environment['no_proxy'] ? 'no_proxy' : 'NO_PROXY';
  const present = (environment[name] ?? '').split(',').filter((item) => item !== '');
  const address = hostOf(machine);
  return [name, (present.includes(address) ? present : [...present, address]).join(',')];
}

/** Options of the docker client, one a line, as docker-machine prints them: paths quoted, the host not. */
export function clientOptions(machine: Machine, folder: string): string[] {
  const url = urlOf(machine);
  if (!showsCertificate(machine)) return [`-H=${url}`];
  const file = (name: string): string => JSON.stringify(`${folder}/${name}`);
  return [
    '--tlsverify',
    `--tlscacert=${file('ca.pem')}`,
    `--tlscert=${file('cert.pem')}`,
    `--tlskey=${file('key.pem')}`,
    `-H=${url}`,
  ];
}

function showsCertificate({ transport }: Machine): boolean {
  return transport.kind === 'tls' || transport.kind === 'url';
}

/** @throws MachineError MachineNotRunning while the machine has no address */
export function urlOf(machine: Machine): string {
  const url = engineUrl(machine);
  if (url === '') throw unfinished(machine);
  return url;
}

/** The last known address. @throws MachineError MachineNotRunning while there is none */
export function addressOf(machine: Machine): string {
  if (machine.transport.kind === 'url')
    return machine.address === '' ? new URL(machine.transport.url).host : machine.address;
  if (machine.address === '') throw unfinished(machine);
  return machine.address;
}

/** The address alone: that of an engine at a URL has its port with it, which the variable does not take everywhere. */
function hostOf(machine: Machine): string {
  if (machine.transport.kind !== 'url') return addressOf(machine);
  return new URL(machine.transport.url).hostname.replace(/^\[(.*)\]$/, '$1');
}

function unfinished(machine: Machine): MachineError {
  return new MachineError('MachineNotRunning', `machine "${machine.name}" has no address: it was never finished`, {
    suggestions: ['Run create again with the arguments of the first time, to finish it', `berth rm ${machine.name}`],
  });
}
