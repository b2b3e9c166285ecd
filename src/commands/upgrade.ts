import { Args, Flags } from '@oclif/core';
import { bundlePlace, engineVersion } from '../cli/engine-flags.js';
import { MachineCommand } from '../cli/machine-command.js';
import { MachineError } from '../errors.js';
import type { Program } from '../lifecycle/program.js';
import { upgradeOne, type MachineUpgraded, type UpgradeChoice } from '../lifecycle/upgrade-member.js';
import { upgradeOs } from '../lifecycle/upgrade-os.js';

type OsFlags = Readonly<Record<string, unknown>> & { readonly os: boolean; readonly 'os-image'?: string | undefined };

export default class Upgrade extends MachineCommand {
  static override summary =
    'Bring the engines of machines to the newest version of where they came from, or to one you name.';
  static override description = `A stopped machine is started first. Containers that run go on running where the engine can take them over; a member of a cluster is drained before and filled again afterwards. A version that was named once is kept to by later upgrades, until "latest".

With --os the OS itself is changed, where it is an image of berth's (driver qemu): the new one is booted on trial, and the machine goes back to the one it has when the engine does not answer. The old one is kept, and is gone back to by its name.`;
  static override examples = [
    '<%= config.bin %> upgrade web-1',
    '<%= config.bin %> upgrade --engine-version 28.2 web-1',
    '<%= config.bin %> upgrade --packages --reboot web-1',
    '<%= config.bin %> upgrade --os dev',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };
  static override flags = {
    'engine-version': Flags.string({
      helpValue: '<version>',
      description: 'version of the engine, such as 28 or 28.2.2, an older one too; "latest" is the newest',
    }),
    'engine-bundle': Flags.string({
      helpValue: '<bundle>',
      description: 'file or URL of a static bundle, for an engine that came in one',
    }),
    packages: Flags.boolean({ description: 'all packages of the system too' }),
    reboot: Flags.boolean({ description: 'reboot a host that needs to be' }),
    os: Flags.boolean({ description: 'the OS of a virtual machine, to the newest image on this computer' }),
    'os-image': Flags.string({
      helpValue: '<image>',
      description: 'with --os: the image to change to, as berth os ls names it',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Upgrade);
    if (flags.os || flags['os-image'] !== undefined) return this.changeOs(argv, flags);
    const upgrades = { packages: flags.packages, reboot: flags.reboot };
    const program: Program = { ...this.programFor(flags), upgrades };
    const names = await this.namesOf(argv, program);
    const choice = choiceOf(flags['engine-version'], flags['engine-bundle']);
    const results = await this.eachMachine(names, program, (name, its) => upgradeOne(name, choice, its));
    for (const result of results) this.tell(result);
    return results;
  }

  private async changeOs(argv: readonly unknown[], flags: OsFlags): Promise<unknown> {
    if (!flags.os) throw new MachineError('BadUsage', 'option --os-image goes with --os');
    const other = (['engine-version', 'engine-bundle', 'packages', 'reboot'] as const).find((name) => flags[name]);
    if (other !== undefined) throw new MachineError('BadUsage', `option --${other} does not go with --os`);
    const program = this.programFor(flags);
    const names = await this.namesOf(argv, program);
    const image = flags['os-image'];
    const results = await this.eachMachine(names, program, (name, its) => upgradeOs(name, image, its));
    for (const { name, from, to } of results)
      this.log(from === to ? `Machine "${name}" has ${to} already.` : `Machine "${name}" went from ${from} to ${to}.`);
    return results;
  }

  private tell({ name, from, to, rebootNeeded, rebooted }: MachineUpgraded): void {
    this.log(
      from === to
        ? `Machine "${name}" has the newest engine of its source: ${to}.`
        : `Machine "${name}" was upgraded from engine ${from} to ${to}.`,
    );
    if (rebooted) this.log(`Machine "${name}" was rebooted.`);
    if (rebootNeeded) this.log(`Machine "${name}" needs a reboot: berth upgrade --packages --reboot ${name}`);
  }
}

/** "latest" takes an older choice back. */
function choiceOf(version: string | undefined, bundle: string | undefined): UpgradeChoice {
  return {
    ...(version === undefined ? {} : { version: version === 'latest' ? '' : engineVersion(version) }),
    ...(bundle === undefined ? {} : { bundle: bundlePlace(bundle) }),
  };
}
