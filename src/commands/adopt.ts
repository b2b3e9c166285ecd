import { Args, Flags } from '@oclif/core';
import { findDriver } from '../../drivers/index.js';
import { parseHostAddress } from '../cli/host-address.js';
import { MachineCommand } from '../cli/machine-command.js';
import { MachineError } from '../errors.js';
import { adoptMachine } from '../lifecycle/adopt.js';
import { planMachine } from '../lifecycle/plan.js';
import { parseNewName } from '../name.js';
import { DEFAULT_ENGINE, engineUrl } from '../record.js';

export default class Adopt extends MachineCommand {
  static override summary = 'Take over a server whose engine runs already, without changing anything on it.';
  static override description =
    'Nothing is installed or configured: the docker client talks to the engine over SSH, with the keys that your ssh program uses.';
  static override examples = ['<%= config.bin %> adopt old-server root@192.0.2.7'];
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name for the machine' }),
    address: Args.string({
      ignoreStdin: true,
      required: true,
      description: '[user@]host[:port], or an alias of ssh_config',
    }),
  };
  static override flags = {
    'ssh-key': Flags.string({
      description: 'private key to log in with; without it the agent and your identities are tried',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Adopt);
    const spec = findDriver('generic');
    if (!spec) throw new MachineError('DriverNotFound', 'driver "generic" not found');
    const { user, host, port } = parseHostAddress(args.address);
    const program = this.programFor(flags);
    const options = {
      'ip-address': host,
      'ssh-user': user ?? 'root',
      'ssh-port': port ?? 22,
      'engine-port': 2376,
      ...(flags['ssh-key'] === undefined ? {} : { 'ssh-key': flags['ssh-key'] }),
    };
    const wish = {
      name: parseNewName(args.name),
      spec,
      options,
      engine: DEFAULT_ENGINE,
      tlsSans: [],
      now: program.now(),
    };
    const machine = await adoptMachine(planMachine(wish), spec, program);
    this.log(
      `To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: ${this.config.bin} env ${machine.name}`,
    );
    return { name: machine.name, address: machine.address, url: engineUrl(machine) };
  }
}
