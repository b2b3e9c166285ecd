import { Args, Flags } from '@oclif/core';
import { homedir } from 'node:os';
import { allDrivers } from '../../drivers/index.js';
import { shellOf, thisComputer } from '../cli/computer.js';
import { doctorText } from '../cli/doctor-text.js';
import { parseInteger } from '../cli/driver-flags.js';
import { MachineCommand } from '../cli/machine-command.js';
import { parentShell } from '../cli/parent-shell.js';
import { cure } from '../doctor/cure.js';
import { examine, type Exam } from '../doctor/examine.js';
import type { Examined, Finding } from '../doctor/finding.js';
import type { Program } from '../lifecycle/program.js';
import { parseName } from '../name.js';
import { shellName } from '../shell/environment.js';

export default class Doctor extends MachineCommand {
  static override summary = 'Look for what is wrong on this computer and with machines, and say what mends it.';
  static override description =
    'Exits with 1 when something does not work. --fix does what harms nothing: file modes, stale locks and contexts, certificates, addresses on record, and provisioning, which keeps containers running. It leaves disks, host keys, clocks and sudo to you.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor web-1 web-2',
    '<%= config.bin %> doctor --fix',
    '<%= config.bin %> doctor --json',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines to look at; all otherwise' }),
  };
  static override flags = {
    fix: Flags.boolean({ description: 'mend what can be mended safely, after saying what' }),
    timeout: Flags.custom<number>({
      char: 't',
      default: 30,
      helpValue: '<seconds>',
      description: 'how long to look at a machine',
      parse: async (text) => parseInteger(text, 'timeout', { min: 1, max: 3_600 }),
    })(),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Doctor);
    const names = [...new Set(argv.map((text) => parseName(String(text))))];
    const program = this.programFor(flags);
    const exam = { names, timeoutMs: flags.timeout * 1000, ...(await this.surroundings(program)) };
    const { examined, mended, failures } = flags.fix
      ? await cure(exam, program)
      : { examined: await examine(exam, program), mended: [], failures: [] };
    if (!this.jsonEnabled()) process.stdout.write(doctorText(examined));
    const findings = examined.flatMap((part) => part.findings);
    if (findings.some(({ severity }) => severity === 'error')) process.exitCode = 1;
    for (const { title, error } of failures) program.report.warn(`${title}: ${error.message}`);
    return {
      ok: findings.every(({ severity }) => severity !== 'error'),
      groups: examined.map(groupJson),
      mended,
      failed: failures.map(({ title, error }) => ({ title, code: error.code, message: error.message })),
    };
  }

  private async surroundings(program: Program): Promise<Omit<Exam, 'names' | 'timeoutMs'>> {
    const home = this.environment['HOME'] || homedir();
    const shell = shellName(parentShell(), this.environment['SHELL'], process.platform);
    return {
      computer: thisComputer(this.environment),
      shell: await shellOf(shell, { home, dockerFolder: program.dockerFolder }),
      localDrivers: allDrivers().filter(({ features }) => features.local),
    };
  }
}

function groupJson({ group, machine, seen, findings }: Examined): object {
  return { group, ...(machine === undefined ? {} : { machine }), seen, findings: findings.map(findingJson) };
}

/** What --fix would do is said by whether it would. */
function findingJson({ mend, ...finding }: Finding): object {
  return { ...finding, canFix: mend !== undefined };
}
