import { Flags } from '@oclif/core';
import { parseInteger } from '../cli/driver-flags.js';
import { MachineCommand } from '../cli/machine-command.js';
import { isActive } from '../cli/machine-list.js';
import { MachineError } from '../errors.js';
import { readMachines, surveyMachines } from '../lifecycle/status.js';
import { engineUrl } from '../record.js';

export default class Active extends MachineCommand {
  static override summary = 'Print the machine that the docker client of this shell talks to.';
  static override examples = ['<%= config.bin %> active'];
  static override flags = {
    timeout: Flags.custom<number>({
      char: 't',
      default: 10,
      helpValue: '<seconds>',
      description: 'how long to wait for its engine',
      parse: async (text) => parseInteger(text, 'timeout', { min: 0, max: 3_600 }),
    })(),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Active);
    const program = this.programFor(flags);
    const dockerHost = this.environment['DOCKER_HOST'];
    // Only machines that the variable can mean are asked.
    const candidates = (await readMachines(program)).filter(
      ({ machine }) => machine && engineUrl(machine) === dockerHost,
    );
    const surveys = await surveyMachines(candidates, { timeoutMs: flags.timeout * 1000 }, program);
    const active = surveys.find((survey) => isActive(survey, dockerHost));
    if (active) {
      this.log(active.name);
      return { name: active.name };
    }
    const timedOut = surveys.some(({ state }) => state === 'Timeout');
    throw new MachineError(
      'MachineNotFound',
      timedOut ? 'no active host found: its engine did not answer in time' : 'no active host found',
      {
        suggestions: ['eval $(berth env NAME)'],
      },
    );
  }
}
