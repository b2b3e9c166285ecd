import { Args } from '@oclif/core';
import { formatBytes } from '../cli/bytes.js';
import { MachineCommand } from '../cli/machine-command.js';
import { renderTable } from '../cli/table.js';
import { machineUsage, type MachineUsage } from '../lifecycle/disk.js';
import { forEachBounded, resultsOf } from '../lifecycle/each.js';
import { parseName } from '../name.js';

const HEADER = ['NAME', 'DISK', 'USED', 'FREE', 'IMAGES', 'CONTAINERS', 'VOLUMES', 'BUILD CACHE', 'RECLAIMABLE'];

export default class Df extends MachineCommand {
  static override summary = 'Show what takes space on machines: disk, images, containers, volumes, build cache.';
  static override examples = ['<%= config.bin %> df', '<%= config.bin %> df web-1 web-2'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; all without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Df);
    const program = this.programFor(flags);
    const named = [...new Set(argv.map((text) => parseName(String(text))))];
    const names = named.length > 0 ? named : await program.store.list();
    const outcomes = await forEachBounded(names, this.atOnce, (name) => machineUsage(name, program));
    // What could be seen is shown, whatever else failed.
    const seen = outcomes.flatMap((outcome) => (outcome.state === 'done' ? [row(outcome.result)] : []));
    if (!this.jsonEnabled() && seen.length > 0) process.stdout.write(renderTable([HEADER, ...seen]));
    return resultsOf(outcomes);
  }
}

function row({ name, disk, engine }: MachineUsage): readonly string[] {
  const { images, containers, volumes, buildCache } = engine;
  const all = [images, containers, volumes, buildCache];
  const free = all.reduce((sum, { reclaimableBytes }) => sum + reclaimableBytes, 0);
  const sizes = disk ? [disk.totalBytes, disk.usedBytes, disk.freeBytes].map(formatBytes) : ['', '', ''];
  return [name, ...sizes, ...all.map(({ count, bytes }) => `${count} (${formatBytes(bytes)})`), formatBytes(free)];
}
