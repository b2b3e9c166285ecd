import { MachineError } from '../errors.js';
import type { Facts, ProvisionContext, Wanted } from './contract.js';

/** A certificate begins five minutes before it is made; a host whose clock is further behind would refuse it. */
const CLOCK_BEHIND_SECONDS = 240;
const CLOCK_AHEAD_SECONDS = 86_400;

/** Stops at whatever would fail later, with less to say. @throws MachineError ProvisionFailed, UnsupportedHost */
export function refuseUnfit(facts: Facts, { enginePort, socketOnly }: Wanted, context: ProvisionContext): void {
  const { machineName } = context;
  refuseWithoutRoot(facts, machineName);
  if (facts.init === 'other') {
    throw new MachineError('UnsupportedHost', `${machineName} runs neither systemd nor OpenRC`);
  }
  if (facts.portTakenBy !== undefined && socketOnly !== true) {
    throw new MachineError('ProvisionFailed', `port ${enginePort} of ${machineName} is taken by ${facts.portTakenBy}`, {
      suggestions: [`Stop that program on the host, then: berth provision ${machineName}`],
    });
  }
  refuseRivals(facts, machineName);
  refuseWrongClock(facts, context);
}

function refuseWithoutRoot({ sudo, user }: Facts, machineName: string): void {
  if (sudo.can) return;
  throw new MachineError('ProvisionFailed', `user "${user}" may not become root on ${machineName} without a password`, {
    cause: new Error(sudo.reason),
    suggestions: [
      `On the host, as root: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${user}`,
      'Log in as root instead',
    ],
  });
}

/** dockerd would find its listeners both in daemon.json and in its arguments, and not start. */
function refuseRivals({ engine: { rivals } }: Facts, machineName: string): void {
  const [rival] = rivals;
  if (rival === undefined) return;
  throw new MachineError('ProvisionFailed', `${rival} on ${machineName} tells the engine where to listen, too`, {
    suggestions: [`berth ssh ${machineName} sudo rm ${rival}`],
  });
}

function refuseWrongClock({ clock }: Facts, { machineName, report, now = () => new Date() }: ProvisionContext): void {
  const aheadSeconds = Math.round(clock - now().getTime() / 1000);
  if (aheadSeconds < -CLOCK_BEHIND_SECONDS || aheadSeconds > CLOCK_AHEAD_SECONDS) {
    const off = `${Math.abs(aheadSeconds)} s ${aheadSeconds < 0 ? 'behind' : 'ahead'}`;
    throw new MachineError(
      'ProvisionFailed',
      `the clock of ${machineName} is ${off}: its engine would refuse certificates`,
      {
        suggestions: ['Set the clock of the host: timedatectl set-ntp true'],
      },
    );
  }
  if (aheadSeconds > CLOCK_BEHIND_SECONDS)
    report.warn(`the clock of ${machineName} is ${aheadSeconds} s ahead of ours`);
}
