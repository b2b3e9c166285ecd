import { Flags } from '@oclif/core';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { Installation, InstallWish } from '../lifecycle/install-os.js';
import type { Reporter } from '../reporter.js';
import type { Asker } from './prompt.js';
import { mayAsk, type Terminal } from './terminal.js';

const helpGroup = 'SYSTEM';

/** A server's system gives way to berth's OS. */
export const installFlags = {
  'install-os': Flags.boolean({
    helpGroup,
    description: "replace the server's system by berth's OS; all on its disk is lost, which has to be confirmed",
  }),
  'install-os-dry-run': Flags.boolean({
    helpGroup,
    description: 'show what --install-os would do to the server, and change nothing',
  }),
  'install-os-erase': Flags.string({
    helpGroup,
    helpValue: '<disk>',
    description: 'erase this disk of the server without asking anybody: /dev/sda',
  }),
  'install-os-image': Flags.string({
    helpGroup,
    helpValue: '<image>',
    description: 'image to install, as os ls names it; the newest otherwise',
  }),
};

/** What the flags say of the installation; undefined where none is wanted. */
export interface InstallFlags {
  readonly isDryRun: boolean;
  readonly image?: string;
  readonly disk?: string;
}

/** @throws MachineError BadUsage for flags without --install-os, and where berth makes the host itself */
export function installFlagsOf(
  flags: Readonly<Record<string, unknown>>,
  { features, name }: AnyDriverSpec,
): InstallFlags | undefined {
  const [without] = ['install-os-dry-run', 'install-os-erase', 'install-os-image'].filter(
    (flag) => flags[flag] !== undefined && flags[flag] !== false,
  );
  if (flags['install-os'] !== true) {
    if (without === undefined) return undefined;
    throw new MachineError('BadUsage', `option --${without} goes with --install-os`);
  }
  if (features.plantsKeys || features.powers || !features.ssh)
    throw new MachineError('BadUsage', `option --install-os is for servers that you have, not for the driver ${name}`, {
      suggestions: ['berth create -d generic --generic-ip-address ADDRESS --install-os NAME'],
    });
  const { 'install-os-image': image, 'install-os-erase': disk } = flags;
  return {
    isDryRun: flags['install-os-dry-run'] === true,
    ...(typeof image === 'string' ? { image } : {}),
    ...(typeof disk === 'string' ? { disk } : {}),
  };
}

interface Confirming {
  readonly asker: Asker;
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What was typed: "berth create …". */
  readonly commandLine: string;
  readonly report: Reporter;
  /** How many servers this command is for: their questions would get mixed up. */
  readonly servers: number;
}

/** Who has to agree to the loss of all that is on a server: somebody who types its address, or whoever wrote the disk's name. */
export function installWish({ image, disk }: InstallFlags, confirming: Confirming): InstallWish {
  return {
    ...(image === undefined ? {} : { image }),
    ...(disk === undefined ? {} : { disk }),
    confirm: async (installation) => {
      for (const line of installation.lines) confirming.report.info(line);
      if (disk === undefined) await askWhetherToErase(installation, confirming);
    },
  };
}

async function askWhetherToErase({ machine, disk }: Installation, confirming: Confirming): Promise<void> {
  const { asker, terminal, environment, commandLine, servers } = confirming;
  const { name, address } = machine;
  if (servers > 1 || !mayAsk(terminal, environment))
    throw new MachineError('BadUsage', `nobody can be asked here whether disk "${disk}" of ${name} may be erased`, {
      suggestions: [`${commandLine} --install-os-erase ${disk}`],
    });
  const question = `Type ${address} or ${name} to erase ${disk} of this server:`;
  const typed = (await asker.text(question, { preset: '', problem: () => undefined })).trim();
  if (typed === address || typed === name) return;
  throw new MachineError('Cancelled', `nothing was changed: "${typed.slice(0, 40)}" is not the server to erase`);
}
