import type { Machine } from '../record.js';
import { quoteWord } from '../template.js';
import { clientEnvironment } from './connection.js';
import { loginMachines } from './login-machines.js';
import type { Program } from './program.js';
import { asOptions, sshProgramWords } from './ssh-program.js';

export type HostVariables = Readonly<Record<string, string | number | Readonly<Record<string, string>>>>;

export interface Inventory {
  /** By name, as Ansible connects to them. */
  readonly hosts: Readonly<Record<string, HostVariables>>;
  /** Names of hosts by group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** The machines of the store as Ansible sees hosts: grouped by driver, by cluster and role there, and by label. */
export async function readInventory(names: readonly string[], program: Program): Promise<Inventory> {
  const machines = await loginMachines(names, program);
  const hosts = await Promise.all(
    machines.map(async (machine) => [machine.name, await variablesOf(machine, program)] as const),
  );
  const groups = new Map<string, Set<string>>();
  const put = (group: string, name: string): void => {
    groups.set(group, (groups.get(group) ?? new Set()).add(name));
  };
  for (const { name, driver, labels = {} } of machines) {
    put('berth', name);
    put(groupName(`driver_${driver}`), name);
    for (const [key, value] of Object.entries(labels)) put(groupName(`label_${key}_${value}`), name);
  }
  const known = new Set<string>(machines.map(({ name }) => name));
  for (const [group, member] of await membersOfClusters(program)) if (known.has(member)) put(group, member);
  return { hosts: Object.fromEntries(hosts), groups: sorted(groups) };
}

async function membersOfClusters({ clusters }: Program): Promise<readonly (readonly [string, string])[]> {
  const read = await Promise.all((await clusters.list()).map((name) => clusters.read(name)));
  return read.flatMap(({ name, members }) =>
    members.flatMap(({ machine, role }) => [
      [groupName(`cluster_${name}`), machine] as const,
      [groupName(`cluster_${name}_${role}s`), machine] as const,
    ]),
  );
}

async function variablesOf(machine: Machine, program: Program): Promise<HostVariables> {
  const { settings, user, host } = await sshProgramWords(machine, program);
  const { port, keyPath } = machine.ssh;
  const others = settings.filter((setting) => !/^(Port|IdentityFile)=/.test(setting));
  const client = clientEnvironment(machine, program.store.folder(machine.name), 'linux');
  return {
    ansible_host: host,
    ansible_port: port,
    ansible_user: user,
    ...(keyPath === undefined ? {} : { ansible_ssh_private_key_file: keyPath }),
    // Ansible parts this as a shell would.
    ansible_ssh_common_args: asOptions(others).map(quoteWord).join(' '),
    berth_driver: machine.driver,
    berth_docker_environment: Object.fromEntries(
      client.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ),
    ...(machine.labels ? { berth_labels: machine.labels } : {}),
  };
}

/** Ansible takes letters, digits and underscores. */
function groupName(text: string): string {
  return text.replace(/[^a-zA-Z0-9_]/g, '_');
}

function sorted(groups: ReadonlyMap<string, ReadonlySet<string>>): Readonly<Record<string, readonly string[]>> {
  const entries = [...groups].map(([group, names]) => [group, [...names]] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
