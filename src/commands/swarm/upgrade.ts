import { engineFlags, engineOptions } from '../../cli/engine-flags.js';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { changedSettings } from '../../cli/swarm-settings.js';
import { upgradeCluster } from '../../lifecycle/swarm-upgrade.js';

const { 'tls-san': _names, ...settings } = engineFlags;

export default class SwarmUpgrade extends SwarmCommand {
  static override summary = 'Upgrade the engines of a cluster one by one, workers first and the leader last.';
  static override description =
    'Each node is drained, upgraded, awaited and filled again. The first failure stops it; run it again to go on. Engine settings that are given are changed on the way.';
  static override examples = [
    '<%= config.bin %> swarm upgrade prod',
    '<%= config.bin %> swarm upgrade prod --engine-opt log-level=debug',
  ];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = settings;

  async run(): Promise<unknown> {
    const { argv, flags, raw } = await this.parse(SwarmUpgrade);
    const typed = new Set(raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : [])));
    const changes = changedSettings(engineOptions(flags).engine, typed);
    return this.tell(await upgradeCluster(this.clusterName(argv), changes, this.programFor(flags)));
  }
}
