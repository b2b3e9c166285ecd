import { type Found } from '../../src/cloud/found.js';
import type { MachineState, SshTarget } from '../../src/driver.js';
import { poll } from '../../src/poll.js';
import { connect, idOf, type Api, type Context } from './client.js';
import { addressOf, dropletOf, listDroplets, statusOf } from './droplets.js';
import { isSettling, type DropletMachine } from './handle.js';
import { COMMON_TAG } from './owner.js';
import { gone } from './power.js';

/** An address comes some seconds after the droplet, in milliseconds. */
const ADDRESS_MS = 120_000;

export async function state(machine: DropletMachine, context: Context): Promise<MachineState> {
  const api = await connect(machine, context);
  return stateOf(machine, await dropletOf(machine, api), { api, now: context.now() });
}

interface Asked {
  readonly api: Api;
  readonly now: Date;
}

async function stateOf(machine: DropletMachine, droplet: Found | undefined, asked: Asked): Promise<MachineState> {
  if (droplet) return statusOf(droplet);
  return isSettling(machine, asked.now) || (await isOfAnother(machine, asked.api)) ? 'unknown' : 'gone';
}

/** Whether what is not found with this token may be there with that of another account. */
export async function isOfAnother({ mark, team }: DropletMachine, api: Api): Promise<boolean> {
  if (mark === '' || mark === api.account.mark) return false;
  return team === '' || (await api.team()) !== team;
}

/** One question for all machines of an account, whatever their number; its answer has 200 droplets a page. */
export async function statesOf(
  machines: readonly DropletMachine[],
  context: Context,
): Promise<readonly MachineState[]> {
  const accounts = new Map(machines.map((one) => [accountOf(one), one]));
  const answers = await Promise.all(
    [...accounts].map(async ([account, one]) => {
      const api = await connect(one, context);
      // Droplets that docker-machine made have no tag to ask for.
      const members = machines.filter((other) => accountOf(other) === account);
      const tag = members.every(({ id }) => id !== '') ? COMMON_TAG : undefined;
      const droplets = await listDroplets({ tag, isGpu: members.some(({ isGpu }) => isGpu) }, api);
      return [account, { api, byId: new Map(droplets.map((droplet) => [idOf(droplet), droplet])) }] as const;
    }),
  );
  const byAccount = new Map(answers);
  return Promise.all(
    machines.map(async (machine) => {
      const answer = byAccount.get(accountOf(machine));
      if (!answer) return 'unknown';
      return stateOf(machine, answer.byId.get(machine.dropletId), { api: answer.api, now: context.now() });
    }),
  );
}

function accountOf({ endpoint, context }: DropletMachine): string {
  return `${endpoint} ${context}`;
}

export async function target(machine: DropletMachine, context: Context): Promise<SshTarget> {
  const api = await connect(machine, context);
  const host = await poll(
    async () => {
      const droplet = await dropletOf(machine, api);
      if (!droplet && !isSettling(machine, context.now())) throw gone(machine);
      return droplet && addressOf(machine, droplet);
    },
    { what: `${machine.name} to have an address`, withinMs: ADDRESS_MS, ...api.rhythm },
  );
  return { host, port: machine.sshPort, user: machine.sshUser };
}
