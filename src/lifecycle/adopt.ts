import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { Host } from '../host/host.js';
import type { Machine } from '../record.js';
import { prepareLogin, writeLogin } from './login.js';
import { keepEntrances } from './entrances.js';
import type { Program } from './program.js';
import { connectTo } from './host-connection.js';

/**
 * Takes a running engine over without changing anything on its host: the docker client reaches it over SSH.
 * @throws MachineError MachineExists, EngineUnreachable when the login user cannot use an engine there
 */
export async function adoptMachine(planned: Machine, spec: AnyDriverSpec, program: Program): Promise<Machine> {
  const { store, report, signal } = program;
  return store.locked(
    planned.name,
    async () => {
      if (await store.exists(planned.name))
        throw new MachineError('MachineExists', `machine "${planned.name}" already exists`, {
          suggestions: ['berth ls'],
        });
      const login = await prepareLogin(planned, spec, program);
      const address = String(planned.options['ip-address']);
      const begun: Machine = { ...login.machine, address, transport: { kind: 'ssh' }, phase: 'planned' };
      // Written before the login: the key and the pinned host key stand in the machine's folder.
      await store.write(begun);
      let adopted: Machine;
      try {
        await writeLogin(begun.name, login, program);
        adopted = { ...(await reached(begun, program)), phase: 'ready' };
      } catch (error) {
        await store.remove(begun.name);
        throw error;
      }
      await store.write(adopted);
      await keepEntrances(adopted, program);
      report.info(`docker uses your ssh program for it: "ssh ${sshWords(adopted)}" has to log in without a question`);
      return adopted;
    },
    { signal },
  );
}

/** The machine as it is logged in to: of an alias the user's ssh_config may have named another user and port. */
async function reached(machine: Machine, program: Program): Promise<Machine> {
  const { report, signal } = program;
  await using host = await connectTo(machine, program, { retry: false });
  const { user, port } = host.target;
  const found: Machine = {
    ...machine,
    ssh: { ...machine.ssh, user, port },
    options: { ...machine.options, 'ssh-user': user, 'ssh-port': port },
    resource: { host: machine.address, port, user },
  };
  await report.step('Asking the engine', () => engineVersion(host, found, signal));
  return found;
}

/** As a user types the destination after `ssh`. */
function sshWords({ address, ssh: { user, port } }: Machine): string {
  return `${port === 22 ? '' : `-p ${port} `}${user}@${address}`;
}

/** Through the same client that DOCKER_HOST=ssh:// uses on the host, hence with the same rights. */
async function engineVersion(host: Host, machine: Machine, signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await host.run(['docker', 'version', '--format', '{{.Server.Version}}'], {
      signal,
      timeoutMs: 30_000,
    });
    return stdout.trim();
  } catch (cause) {
    throw new MachineError(
      'EngineUnreachable',
      `user "${machine.ssh.user}" cannot use an engine on ${machine.address}`,
      {
        cause,
        suggestions: [
          `Add the user to the group docker on the host`,
          'berth create -d generic …, to let berth install an engine',
        ],
      },
    );
  }
}
