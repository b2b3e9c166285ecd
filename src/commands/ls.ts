import { Flags } from '@oclif/core';
import { LS_TIMEOUT_SECONDS, readableNames } from '../cli/answers.js';
import { parseInteger } from '../cli/driver-flags.js';
import { renderFormat } from '../cli/machine-format.js';
import { filterByRecord, filterByState, parseFilters, surveyTable } from '../cli/machine-list.js';
import { MachineCommand } from '../cli/machine-command.js';
import { print } from '../cli/stdout.js';
import { readMachines, surveyMachines, type Survey } from '../lifecycle/status.js';

export default class Ls extends MachineCommand {
  static override summary = 'List the machines of the store.';
  static override examples = [
    '<%= config.bin %> ls',
    '<%= config.bin %> ls -q --filter driver=generic',
    String.raw`<%= config.bin %> ls -f 'table {{.Name}}\t{{.URL}}'`,
  ];
  static override flags = {
    quiet: Flags.boolean({ char: 'q', description: 'names only' }),
    filter: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<key=value>',
      description: 'driver, state, name or label; repeatable',
    }),
    timeout: Flags.custom<number>({
      char: 't',
      default: LS_TIMEOUT_SECONDS,
      helpValue: '<seconds>',
      description: 'how long to wait for an engine',
      parse: async (text) => parseInteger(text, 'timeout', { min: 0, max: 3_600 }),
    })(),
    format: Flags.string({
      char: 'f',
      helpValue: '<template>',
      description: 'a line by a Go template, "table" before it for columns',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Ls);
    const filters = parseFilters(flags.filter ?? []);
    const program = this.programFor(flags);
    const entries = filterByRecord(await readMachines(program), filters);
    if (flags.quiet && filters.state.length === 0) {
      const names = readableNames(entries);
      for (const name of names) this.log(name);
      return names;
    }
    const surveys = filterByState(await surveyMachines(entries, { timeoutMs: flags.timeout * 1000 }, program), filters);
    if (flags.quiet) for (const { name } of surveys) this.log(name);
    else if (!this.jsonEnabled()) print(this.textOf(surveys, flags.format));
    return surveys.map(({ machine, ...survey }) => ({
      ...survey,
      driver: machine?.driver ?? '',
      ...(machine?.labels ? { labels: machine.labels } : {}),
      ...(machine?.note === undefined ? {} : { note: machine.note }),
    }));
  }

  private textOf(surveys: readonly Survey[], format = ''): string {
    const dockerHost = this.environment['DOCKER_HOST'];
    if (format !== '') return renderFormat(format, surveys, dockerHost);
    return surveyTable(surveys, dockerHost);
  }
}
