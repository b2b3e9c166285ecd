import { Args, Flags } from '@oclif/core';
import { allDrivers } from '../../drivers/index.js';
import { chosenDriver, driverFlags, parseInteger, withoutTaken } from '../cli/driver-flags.js';
import { endFlags, endOf } from '../cli/end-flags.js';
import { engineFlags, withMirrors } from '../cli/engine-flags.js';
import { goFlags } from '../cli/go-flags.js';
import { installFlags, installFlagsOf, installWish, type InstallFlags } from '../cli/install-flags.js';
import { globalFlags, MachineCommand } from '../cli/machine-command.js';
import { completed, flagsLike, type Pattern } from '../cli/like.js';
import { localDriver, usableDrivers, usableLocalDriver } from '../cli/local.js';
import { terminalAsker } from '../cli/prompt.js';
import { pluginOptions } from '../cli/program.js';
import { sharedOptions } from '../cli/shared-flags.js';
import { swarmFlags, vainSwarmFlags } from '../cli/swarm-flags.js';
import { inPlaceOfVirtualbox, standsForVirtualbox, virtualbox } from '../cli/virtualbox.js';
import { transportFlags } from '../cli/transport-flags.js';
import { mayAsk } from '../cli/terminal.js';
import { driverNamed, newNames, wishesOf } from '../cli/wishes.js';
import { askForCreate } from '../cli/wizard.js';
import { commandText } from '../cli/wizard-plan.js';
import { createMachine, type CreateRequest } from '../lifecycle/create.js';
import { previewInstallation, type Installation } from '../lifecycle/install-os.js';
import type { Program } from '../lifecycle/program.js';
import type { AnyDriverSpec } from '../driver.js';
import { parseName, type MachineName } from '../name.js';
import { engineUrl } from '../record.js';

export default class Create extends MachineCommand {
  static override summary = 'Make machines: the host, the engine on it, its certificates.';
  static override description =
    'An interrupted create goes on where it ended when it is run again with the same arguments. Without --driver a machine on this computer is made. On a terminal, with nothing given, it asks for what it needs.';
  static override examples = [
    '<%= config.bin %> create dev',
    '<%= config.bin %> create -d generic --generic-ip-address 192.0.2.7 --generic-ssh-key ~/.ssh/id_ed25519 web-1',
    '<%= config.bin %> create -n 3 worker',
  ];
  static override usage = 'create NAME... [-d DRIVER] [OPTIONS]';
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; several make several machines at once' }),
  };
  static override flags = {
    driver: Flags.string({
      char: 'd',
      env: 'MACHINE_DRIVER',
      default: 'local',
      description: 'driver to make the machine with',
    }),
    count: Flags.custom<number>({
      char: 'n',
      helpValue: '<n>',
      description: 'make so many machines, NAME-1 to NAME-n',
      parse: async (text) => parseInteger(text, 'count', { min: 1, max: 100 }),
    })(),
    like: Flags.string({
      helpValue: '<machine>',
      description:
        'with the settings of this machine: driver, its options, engine, labels; flags given besides count more',
    }),
    ...endFlags,
    ...installFlags,
    ...engineFlags,
    ...transportFlags,
    ...swarmFlags,
    ...driverFlags(allDrivers()),
  };

  async run(): Promise<unknown> {
    const wizard = await this.askIfBare();
    if (wizard.declined) return [];
    const declared = await this.declaredOptions();
    const { argv, flags: parsed, raw } = await this.parseWith(declared);
    const flags = withMirrors(parsed, this.environment);
    const names = newNames(argv.map(String), parsed['count']);
    const typed = new Set(raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : [])));
    const program = wizard.program ?? this.programFor(flags);
    const found = declared && program.findDriver(declared.name);
    const plugin = found && { ...found, options: { ...declared.options, ...sharedOptions(declared.name, flags) } };
    const pattern = parsed['like'] === undefined ? undefined : await this.patternOf(parsed['like'], program);
    const asked = pattern ? flagsLike(pattern, driverNamed(pattern.machine.driver), { flags, typed }) : flags;
    const local = !plugin && standsForVirtualbox(String(asked['driver'])) ? localDriver() : undefined;
    if (local) program.report.info(`"${String(asked['driver'])}" is ${local.driver} here: ${local.why}`);
    const placed = local && inPlaceOfVirtualbox({ flags: asked, typed }, driverNamed(local.driver));
    if (placed?.said) program.report.warn(placed.said);
    const { spec, swarm, wishes } = wishesOf(names, placed?.flags ?? asked, placed?.typed ?? typed, plugin);
    const end = endOf(flags, spec);
    const vain = vainSwarmFlags(swarm, typed);
    if (vain !== undefined) program.report.warn(vain);
    // A provider does most of the work; on this computer each of them takes a part of its disk and memory.
    if (!spec.features.local) this.atOnce = 32;
    const wished = (name: MachineName, its: Program): CreateRequest =>
      completed(wishes(name, its.now()), { pattern, end });
    const install = installFlagsOf(flags, spec);
    if (install?.isDryRun)
      return this.showInstallations(names, program, (name, its) =>
        previewInstallation(wished(name, its).machine, { spec, ...install }, its),
      );
    const machines = await this.eachMachine(names, program, (name, its) =>
      createMachine({ ...wished(name, its), ...this.installPart(install, names.length, its) }, spec, its),
    );
    for (const { name } of machines) {
      this.log(
        `To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: ${this.config.bin} env ${name}`,
      );
    }
    return machines.map((machine) => ({
      name: machine.name,
      driver: machine.driver,
      address: machine.address,
      url: engineUrl(machine),
    }));
  }

  private async showInstallations(
    names: readonly MachineName[],
    program: Program,
    preview: (name: MachineName, program: Program) => Promise<Installation>,
  ): Promise<unknown> {
    const shown = await this.eachMachine(names, program, preview);
    for (const { lines } of shown) for (const line of lines) this.log(line);
    return shown.map(({ machine, disk, lines }) => ({ name: machine.name, disk, lines }));
  }

  private installPart(install: InstallFlags | undefined, servers: number, { report }: Program): Partial<CreateRequest> {
    if (!install) return {};
    const { terminal, environment } = this;
    const commandLine = `${this.config.bin} ${commandText(['create', ...this.argv])}`;
    return {
      install: installWish(install, { asker: terminalAsker, terminal, environment, commandLine, report, servers }),
    };
  }

  /** With nothing given, and somebody there, what is needed is asked for and put behind the words that were typed. */
  private async askIfBare(): Promise<{ declined?: boolean; program?: Program }> {
    if (this.jsonEnabled() || !mayAsk(this.terminal, this.environment)) return {};
    // Each parse takes what it was given for what was typed.
    const typed = [...this.argv];
    // What it does not take may be the flags of a driver binary, which are known later.
    const parsed = await this.parse(Create).catch(() => undefined);
    const isBare = parsed?.raw.every((token) => token.type === 'flag' && token.flag in globalFlags);
    if (!parsed || !isBare) return {};
    const { flags } = parsed;
    const program = this.programFor(flags);
    const words = await askForCreate({
      ...{ asker: terminalAsker, program, drivers: usableDrivers(allDrivers()), local: usableLocalDriver() },
      begin: [this.config.bin, commandText(['create', ...typed])].join(' '),
      flagsFor: async (more) => (await this.parse(Create, [...typed, ...more])).flags,
    });
    this.argv = [...typed, ...(words ?? [])];
    return { program, declined: words === undefined };
  }

  private async patternOf(name: string, { store }: Program): Promise<Pattern> {
    const machine = await store.read(parseName(name));
    return { machine, secrets: await store.secrets(machine.name) };
  }

  /** Of a driver that is a binary on PATH: its options are known once it has been asked. */
  private async declaredOptions(): Promise<Pick<AnyDriverSpec, 'name' | 'title' | 'options'> | undefined> {
    const name = this.namedDriver();
    const options = name ? await pluginOptions(name, this.environment) : undefined;
    if (!name || !options) return undefined;
    const shared = { ...globalFlags, ...endFlags, ...installFlags, ...engineFlags, ...transportFlags, ...swarmFlags };
    const taken = new Set(['driver', 'count', 'like', 'json', 'help', ...Object.keys(shared)]);
    return { name, title: name, options: withoutTaken(options, name, taken) };
  }

  private namedDriver(): string {
    return chosenDriver(this.argv, { ...globalFlags, ...Create.flags }) || this.environment['MACHINE_DRIVER'] || '';
  }

  private async parseWith(declared: Parameters<typeof driverFlags>[0][number] | undefined) {
    const further = declared ?? (standsForVirtualbox(this.namedDriver()) ? virtualbox : undefined);
    if (!further) return this.parse(Create);
    const flags = { ...Create.flags, ...driverFlags([further]) };
    const { args, baseFlags, enableJsonFlag, strict } = Create;
    const words = goFlags(this.argv, { ...globalFlags, ...flags });
    return this.parse({ args, baseFlags, enableJsonFlag, strict, flags }, [...words]);
  }
}
