import { createHash } from 'node:crypto';
import {
  AUTHORITY,
  DAEMON_JSON,
  daemonJson,
  daemonSetup,
  parseDaemonJson,
  SERVER_CERTIFICATE,
  SERVER_KEY,
  type DaemonSetup,
} from '../engine/daemon.js';
import { parseVariable } from '../engine/flags.js';
import { isReloadable } from '../engine/settings.js';
import { DROP_IN, dropIn, OPENRC_CONFIG, openrcSettings } from '../engine/unit.js';
import { socketOnly } from '../engine/socket-only.js';
import type { HostFile } from '../host/host.js';
import type { JsonObject, KeyPair } from '../record.js';
import { renderTemplate } from '../template.js';
import type { Facts, Wanted } from './contract.js';
import { engineUserSteps } from './engine-user.js';

/** One step of the script that runs on the host. */
export interface Step {
  /** For progress: "Installing the engine". */
  readonly title: string;
  /** After "cannot": "install the engine". */
  readonly task: string;
  /** The shell function that does it, and what has to stand before it. */
  readonly call: string;
  readonly scripts: readonly string[];
  readonly files: readonly HostFile[];
}

export interface PlanInput {
  readonly facts: Facts;
  readonly wanted: Wanted;
  readonly certificates: { readonly authority: string; readonly server: KeyPair };
  /** The steps that bring the engine; none where it is. */
  readonly installation: readonly Step[];
  /** Steps for an engine that is there already. */
  readonly upgrade?: readonly Step[];
  readonly machineName: string;
}

/** The call of the step that starts the engine. */
export const CONFIGURE = 'configure_engine';

/** What is to be done, in order; nothing on a host that is as it shall be. Pure. @throws MachineError ProvisionFailed, BadOption */
export function plan(input: PlanInput): readonly Step[] {
  const { facts, wanted, installation, upgrade = [] } = input;
  return [
    ...(wanted.hostname !== undefined && wanted.hostname !== facts.hostname ? [hostnameStep(wanted.hostname)] : []),
    ...installation,
    ...upgrade,
    ...engineUserSteps(facts, wanted),
    ...configureSteps(input),
  ];
}

function hostnameStep(name: string): Step {
  return {
    title: 'Setting the host name',
    task: 'set the host name',
    call: 'set_hostname',
    scripts: [renderTemplate('install/hostname.sh', { name })],
    files: [],
  };
}

function configureSteps(input: PlanInput): readonly Step[] {
  const { facts } = input;
  const existing = parseDaemonJson(facts.engine.daemonJson ?? '', input.machineName);
  const files = managedFiles(input, existing);
  const changed = files.filter(({ target, content }) => facts.files[target] !== sha256(content));
  if (changed.length === 0 && facts.engine.running && facts.engine.enabled) return [];
  const isFresh = input.installation.length > 0;
  const canReload =
    facts.engine.running &&
    changed.every(({ target }) => target === DAEMON_JSON) &&
    isReloadable(existing, engineSetup(input, existing).config);
  const liveRestore = { ...existing, 'live-restore': true };
  return [
    {
      title: 'Configuring the engine',
      task: 'configure and start the engine',
      call: CONFIGURE,
      scripts: facts.init === 'openrc' ? openrcScripts(input, isFresh) : systemdScripts(input, { isFresh, canReload }),
      files: [
        ...files.map(({ target, content, mode }) => ({ path: nameInDelivery(target), content, mode })),
        { path: 'live-restore.json', content: daemonJson(liveRestore), mode: 0o644 },
      ],
    },
  ];
}

function systemdScripts(
  { facts, wanted }: PlanInput,
  { isFresh, canReload }: { readonly isFresh: boolean; readonly canReload: boolean },
): readonly string[] {
  const { version = '' } = facts.engine;
  const liveRestore = yesNo(!isInSwarm(facts, wanted));
  const values = {
    ...{ fresh: yesNo(isFresh), liveRestore, version: isFresh ? '' : version },
    reload: yesNo(canReload),
  };
  return [
    renderTemplate('install/unit.sh', {}),
    managedFilesScript(DROP_IN),
    renderTemplate('install/configure-systemd.sh', values),
  ];
}

function openrcScripts({ facts }: PlanInput, isFresh: boolean): readonly string[] {
  const version = isFresh ? '' : (facts.engine.version ?? '');
  return [managedFilesScript(OPENRC_CONFIG), renderTemplate('install/configure-openrc.sh', { version })];
}

function managedFilesScript(target: string): string {
  return renderTemplate('install/managed-files.sh', { own: `${nameInDelivery(target)} ${target} 0644` });
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

interface ManagedFile {
  readonly target: string;
  readonly content: string;
  readonly mode: number;
}

function managedFiles(input: PlanInput, existing: JsonObject): readonly ManagedFile[] {
  const { certificates, facts } = input;
  const setup = engineSetup(input, existing);
  return [
    { target: AUTHORITY, content: certificates.authority, mode: 0o644 },
    { target: SERVER_CERTIFICATE, content: certificates.server.certificate, mode: 0o644 },
    { target: SERVER_KEY, content: certificates.server.privateKey, mode: 0o600 },
    { target: DAEMON_JSON, content: daemonJson(setup.config), mode: 0o644 },
    facts.init === 'openrc' ? openrcFile(input, setup) : dropInFile(input, setup),
  ];
}

function engineSetup({ facts, wanted, installation }: PlanInput, existing: JsonObject): DaemonSetup {
  // Every package brings a socket unit; the script looks again once it is installed.
  const hasSocketUnit = facts.init === 'systemd' && (facts.engine.socketUnit || installation.length > 0);
  const setup = daemonSetup(existing, {
    engine: wanted.engine,
    enginePort: wanted.enginePort,
    provider: wanted.provider,
    socket: hasSocketUnit ? 'fd://' : 'unix:///var/run/docker.sock',
    onlyIpv6: facts.addresses.length > 0 && facts.addresses.every((address) => address.includes(':')),
    swarm: isInSwarm(facts, wanted),
  });
  return wanted.socketOnly === true ? socketOnly(setup, wanted.enginePort) : setup;
}

function isInSwarm({ engine }: Facts, { swarm = false }: Wanted): boolean {
  return swarm || engine.inSwarm;
}

function dropInFile({ facts, wanted }: PlanInput, { flags }: DaemonSetup): ManagedFile {
  const { path, containerd } = facts.engine;
  const variables = wanted.engine.env.map(parseVariable);
  return { target: DROP_IN, content: dropIn({ dockerd: path, containerd, flags, variables }), mode: 0o644 };
}

function openrcFile({ wanted }: PlanInput, { flags }: DaemonSetup): ManagedFile {
  const variables = wanted.engine.env.map(parseVariable);
  return { target: OPENRC_CONFIG, content: openrcSettings({ flags, variables }), mode: 0o644 };
}

function nameInDelivery(target: string): string {
  return target === OPENRC_CONFIG ? 'conf.d-docker' : (target.split('/').at(-1) ?? '');
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
