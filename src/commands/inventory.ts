import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { printYaml } from '../cli/yaml.js';
import { MachineError } from '../errors.js';
import { readInventory, type Inventory as Machines } from '../lifecycle/inventory.js';

export default class Inventory extends MachineCommand {
  static override summary = 'Print the machines as an inventory of Ansible.';
  static override description =
    'As a script of Ansible answers --list, which is the default, and --host; with --yaml as a file of hosts. Groups are berth, driver_NAME, cluster_NAME, cluster_NAME_managers, cluster_NAME_workers and label_KEY_VALUE.';
  static override examples = [
    '<%= config.bin %> inventory --yaml > hosts.yaml && ansible -i hosts.yaml berth -m ping',
    '<%= config.bin %> inventory --host web-1',
  ];
  static override enableJsonFlag = false;
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; all without any' }),
  };
  static override flags = {
    list: Flags.boolean({ description: 'groups, and the variables of all hosts' }),
    host: Flags.string({ helpValue: '<name>', description: 'the variables of one host' }),
    yaml: Flags.boolean({ description: 'a file of hosts and groups' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Inventory);
    const program = this.programFor(flags);
    refuseMixture(flags, argv.length);
    const names = flags.host === undefined ? argv.map(String) : [flags.host];
    const inventory = await readInventory(names, program);
    const text = flags.yaml ? await printYaml(yamlOf(inventory)) : asJson(inventory, flags.host);
    process.stdout.write(text);
  }
}

function refuseMixture(
  { list, host, yaml }: { list: boolean; host: string | undefined; yaml: boolean },
  names: number,
) {
  if ([list, host !== undefined, yaml].filter(Boolean).length > 1)
    throw new MachineError('BadUsage', 'an inventory is one of --list, --host NAME and --yaml');
  if (host !== undefined && names > 0) throw new MachineError('BadUsage', 'no machine name goes with --host NAME');
}

function asJson({ hosts, groups }: Machines, host: string | undefined): string {
  const lists = Object.fromEntries(Object.entries(groups).map(([group, names]) => [group, { hosts: names }]));
  const answer = host === undefined ? { _meta: { hostvars: hosts }, ...lists } : hosts[host];
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

function yamlOf({ hosts, groups }: Machines): unknown {
  const nothing = (names: readonly string[]): unknown => Object.fromEntries(names.map((name) => [name, {}]));
  const children = Object.entries(groups).map(([group, names]) => [group, { hosts: nothing(names) }]);
  return { all: { hosts, children: Object.fromEntries(children) as unknown } };
}
