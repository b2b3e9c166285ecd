import { Flags } from '@oclif/core';
import { allDrivers } from '../../../drivers/index.js';
import { driverFlags } from '../../cli/driver-flags.js';
import { engineFlags } from '../../cli/engine-flags.js';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { clusterFlags } from '../../cli/swarm-settings.js';
import { clusterWish } from '../../cli/swarm-wish.js';
import { createCluster } from '../../lifecycle/swarm-create.js';

export default class SwarmCreate extends SwarmCommand {
  static override summary = 'Make a swarm cluster: its machines, and what makes them one.';
  static override description =
    'An interrupted create goes on where it ended when it is run again with the same arguments.';
  static override usage = 'swarm:create CLUSTER [--managers N] [--workers N] [-d DRIVER] [OPTIONS]';
  static override examples = [
    '<%= config.bin %> swarm create prod --managers 3 --workers 5',
    '<%= config.bin %> swarm create prod --manager m1 --worker w1 --worker w2',
  ];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = {
    ...clusterFlags,
    driver: Flags.string({
      char: 'd',
      env: 'MACHINE_DRIVER',
      default: 'local',
      description: 'driver to make the machines with',
    }),
    ...engineFlags,
    ...driverFlags(allDrivers()),
  };

  async run(): Promise<unknown> {
    const { argv, flags, raw } = await this.parse(SwarmCreate);
    const typed = new Set(raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : [])));
    const name = this.clusterName(argv);
    const program = this.programFor(flags);
    const { wish, machines } = await clusterWish(name, { flags, typed }, program);
    return this.tell(await createCluster(wish, machines, program));
  }
}
