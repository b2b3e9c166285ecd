import { isMachineError, type ErrorCode } from '../errors.js';
import type { Program } from '../lifecycle/program.js';
import { connectTo } from '../lifecycle/host-connection.js';
import { renderProbe } from '../probe.js';
import type { Machine } from '../record.js';
import { asRoot, gathered, ownWords, type Finding } from './finding.js';
import { parseHostFacts, type HostFacts, type Room } from './host-facts.js';

/** A host that was logged in to; without facts where that went wrong. */
export interface ExaminedHost {
  readonly findings: readonly Finding[];
  readonly facts?: HostFacts;
  /** Its clock minus ours, in milliseconds. */
  readonly skewMs?: number;
}

/** Route, sshd, host key, login, and then one exchange for all the rest. The program's signal ends it. */
export async function examineHost(machine: Machine, program: Program): Promise<ExaminedHost> {
  try {
    await using host = await connectTo(machine, program, { retry: false });
    let skewMs: number | undefined;
    const text = renderProbe('doctor/host.sh', { port: String(machine.enginePort) });
    const { stdout } = await host.runScript(
      { name: 'doctor.sh', text },
      {
        signal: program.signal,
        onLine: (line) => {
          // The script says so at its end: what is before it takes its time.
          if (line.startsWith('clock=')) skewMs = Number(line.slice('clock='.length)) * 1000 - program.now().getTime();
        },
      },
    );
    const facts = parseHostFacts(stdout);
    if (!facts) return { findings: [oddShell(machine, stdout)] };
    return { facts, ...(skewMs === undefined ? {} : { skewMs }), findings: hostFindings(machine, facts, skewMs ?? 0) };
  } catch (error) {
    if (!isMachineError(error) || program.signal.aborted) throw error;
    const [advice] = error.suggestions;
    const remedy = REMEDIES[error.code]?.(machine, program) ?? advice ?? `berth ssh ${machine.name}`;
    const id = IDS[error.code] ?? 'ssh-failed';
    return { findings: [{ id, severity: 'error', fact: error.message, remedy, ...ownWords(error.cause) }] };
  }
}

const IDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  HostUnreachable: 'ssh-unreachable',
  HostKeyChanged: 'host-key-changed',
  LoginRefused: 'login-refused',
  KeyUnusable: 'key-unusable',
};

const REMEDIES: Readonly<Partial<Record<ErrorCode, (machine: Machine, program: Program) => string>>> = {
  HostKeyChanged: ({ name }, { store }) =>
    `If the host was really reinstalled, remove its old line from ${store.path(name, 'known_hosts')}`,
};

function oddShell({ name }: Machine, stdout: string): Finding {
  return {
    id: 'shell-odd',
    severity: 'error',
    fact: `machine "${name}" has no POSIX shell that answers as one should`,
    remedy: `berth ssh ${name}`,
    details: [stdout.slice(-500)],
  };
}

function hostFindings(machine: Machine, facts: HostFacts, skewMs: number): Finding[] {
  const { name, ssh, transport } = machine;
  const { disk, inodes, sudoRefusal, updates, wantsReboot } = facts;
  return gathered(
    sudoRefusal === undefined || transport.kind === 'ssh' ? undefined : noSudo(ssh.user, sudoRefusal),
    skewFinding(machine, skewMs, facts),
    disk && roomFinding(name, disk, { id: 'disk-full', what: 'the disk of the engine', enough: FREE_KIB }),
    inodes && roomFinding(name, inodes, { id: 'inodes-full', what: "the engine's file system", enough: FREE_INODES }),
    wantsReboot
      ? {
          ...{ id: 'reboot-required', severity: 'warning', fact: 'updates of its system wait for a restart' },
          remedy: `berth restart ${name}`,
        }
      : undefined,
    updates > 0
      ? {
          ...{ id: 'os-updates', severity: 'note', fact: `its system has ${counted(updates, 'update')} waiting` },
          remedy: `berth upgrade --packages ${name}`,
        }
      : undefined,
  );
}

/** As templates/doctor/host.sh says it. */
const NO_SUDO = 'sudo is not installed';

function noSudo(user: string, words: string): Finding {
  const isThere = words !== NO_SUDO;
  const grant = `echo '${user} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/berth`;
  return {
    id: 'sudo-refused',
    severity: 'error',
    fact: isThere
      ? `user "${user}" cannot use sudo without a password`
      : `user "${user}" cannot become root: there is no sudo`,
    remedy: isThere ? `As root on the host: ${grant}` : `As root on the host: install sudo, then: ${grant}`,
    details: [words],
  };
}

/** Certificates are made to begin five minutes in the past; half a minute is more than a clock that is kept right is off by. */
const SKEW_MS = { error: 5 * 60_000, warning: 30_000 };

function skewFinding(machine: Machine, skewMs: number, { timeService }: HostFacts): Finding | undefined {
  const off = Math.abs(skewMs);
  if (!(off > SKEW_MS.warning)) return undefined;
  return {
    id: 'clock-skew',
    severity: off > SKEW_MS.error ? 'error' : 'warning',
    fact: `its clock is ${Math.round(off / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this computer's`,
    remedy:
      timeService === 'synchronized'
        ? "It keeps its own by the network's time, so set this computer's: sudo timedatectl set-ntp true"
        : asRoot(machine, timeService === 'off' ? 'timedatectl set-ntp true' : SET_CLOCK),
  };
}

/** The shell here says what time it is, where no service can, or the one that runs does not reach its servers. */
const SET_CLOCK = 'date -u -s @$(date +%s)';

/** What an image or a container's log soon takes; of a disk of any size. */
const FREE_KIB = 512 * 1024;
const FREE_INODES = 10_000;

interface RoomWords {
  readonly id: string;
  readonly what: string;
  readonly enough: number;
}

function roomFinding(name: string, { total, free }: Room, { id, what, enough }: RoomWords): Finding | undefined {
  const used = Math.floor(100 * (1 - free / total));
  const isFull = used >= 98 || (free < enough && used >= 90);
  if (!isFull && used < 90) return undefined;
  const unit = id === 'disk-full' ? `${Math.round(free / 1024)} MiB free` : `${free} inodes free`;
  return {
    id,
    severity: isFull ? 'error' : 'warning',
    fact: `${what} is ${used} % full, ${unit}`,
    remedy: `berth prune ${name}`,
  };
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
