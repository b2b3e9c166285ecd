import type { Host } from '../host/host.js';
import type { Wanted } from '../provision/contract.js';
import { isSwarmMember, type Machine } from '../record.js';
import type { StoreCertificates } from '../store/store.js';
import { copyClientFiles, ensureAuthority, ensureServerPair, serverKeyAhead, serverNames } from './certificates.js';
import { keepEntrances } from './entrances.js';
import { connectTo } from './host-connection.js';
import type { Program } from './program.js';
import { EarlyQuestion, waitForEngine } from './reach.js';

export interface Provisioning {
  /** Issue a new server certificate even where the present one is good. */
  readonly renew: boolean;
  /** Set the host's name to the machine's: only on hosts that berth made. */
  readonly setHostname: boolean;
  /** Bring the engine to the newest version of its source. */
  readonly upgrade?: boolean;
  /** And all other packages of the system. */
  readonly upgradeSystem?: boolean;
}

export interface MachineProvisioned {
  /** Titles of the steps that were needed. */
  readonly steps: readonly string[];
  /** Version of the engine that was found; undefined where there was none. */
  readonly found?: string;
  /** Version of the engine that answers now. */
  readonly version: string;
  /** The host's own addresses. */
  readonly addresses: readonly string[];
}

/**
 * Brings the host of a machine to the wanted state over one connection, and sees its engine answer over mutual TLS.
 * Running it again changes nothing.
 */
export async function provisionMachine(
  machine: Machine,
  wanted: Provisioning,
  program: Program,
): Promise<MachineProvisioned> {
  const { report, signal, cacheFolder, repository, now } = program;
  const keyAhead = serverKeyAhead(machine, wanted, program);
  const [host, authority] = await bothOrClose(connectTo(machine, program), ensureAuthority(program, machine.tlsPaths));
  await using connection = host;
  await copyClientFiles(machine.name, authority, program);
  using early = new EarlyQuestion(machine, program);
  const provisioned = await program.provision(
    connection,
    wantedState(machine, { ...wanted, keyAhead }, authority, program),
    {
      report,
      signal,
      cacheFolder,
      machineName: machine.name,
      now,
      onStarting: () => early.ask(),
      ...(repository ? { repository } : {}),
    },
  );
  const { version } = await report.step(
    'Checking the connection to the engine',
    async () => (await early.answer()) ?? (await waitForEngine(machine, program)),
  );
  report.debug(`${connection.exchanges} exchanges on one SSH connection`);
  await keepEntrances(machine, program);
  const { addresses, engine } = provisioned.facts;
  const found = engine.version;
  return { steps: provisioned.steps, version, addresses, ...(found === undefined ? {} : { found }) };
}

function wantedState(
  machine: Machine,
  {
    renew,
    setHostname,
    upgrade = false,
    upgradeSystem = false,
    keyAhead,
  }: Provisioning & { keyAhead: Promise<string> | undefined },
  { authority }: StoreCertificates,
  program: Program,
): Wanted {
  return {
    ...(setHostname ? { hostname: machine.name } : {}),
    upgrade,
    ...(upgradeSystem ? { upgradeSystem } : {}),
    swarm: isSwarmMember(machine),
    engine: machine.engine,
    enginePort: machine.enginePort,
    ...(machine.transport.kind === 'tunnel' ? { socketOnly: true } : {}),
    provider: machine.driver,
    certificates: async ({ addresses, hostname }) => ({
      authority: authority.certificate,
      server: await ensureServerPair(
        machine,
        serverNames(machine, addresses, hostname),
        { authority, renew, keyAhead },
        program,
      ),
    }),
  };
}

/** Two things at once; when the second fails the connection of the first is not left open. */
async function bothOrClose<T>(connecting: Promise<Host>, other: Promise<T>): Promise<[Host, T]> {
  const [host, result] = await Promise.allSettled([connecting, other]);
  if (host.status === 'fulfilled' && result.status === 'fulfilled') return [host.value, result.value];
  if (host.status === 'fulfilled') await host.value[Symbol.asyncDispose]();
  throw host.status === 'rejected' ? host.reason : (result as PromiseRejectedResult).reason;
}
