import { Args } from '@oclif/core';
import { allDrivers, findDriver } from '../../drivers/index.js';
import { driverNotFound } from '../cli/driver-names.js';
import { optionRows, type OptionRow } from '../cli/driver-table.js';
import { LOCAL_DRIVERS, LOCAL_TITLE } from '../cli/local.js';
import { MachineCommand } from '../cli/machine-command.js';
import { pluginNamesOf, pluginOptions } from '../cli/program.js';
import { renderTable } from '../cli/table.js';
import { MachineError } from '../errors.js';

interface Description {
  readonly name: string;
  readonly title: string;
  readonly options: readonly OptionRow[];
}

export default class Drivers extends MachineCommand {
  static override summary = 'List the drivers, or the options of one of them.';
  static override examples = ['<%= config.bin %> drivers', '<%= config.bin %> drivers amazonec2'];
  static override args = { name: Args.string({ ignoreStdin: true, description: 'name of the driver' }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(Drivers);
    return args.name === undefined ? this.list() : this.describe(await this.described(args.name));
  }

  private list(): readonly object[] {
    const rows = [
      ...allDrivers().map(({ name, title }) => ({ name, title, kind: 'built in' })),
      ...pluginNamesOf(this.environment).map((name) => ({
        name,
        title: `docker-machine-driver-${name}`,
        kind: 'binary',
      })),
    ];
    if (!this.jsonEnabled())
      process.stdout.write(
        renderTable([['NAME', 'KIND', 'TITLE'], ...rows.map((row) => [row.name, row.kind, row.title])]),
      );
    return rows;
  }

  private describe({ name, title, options }: Description): object {
    if (!this.jsonEnabled()) process.stdout.write(`${title} (${name})\n${groupsText(options)}`);
    return { name, title, options };
  }

  private async described(name: string): Promise<Description> {
    if (name === 'local') {
      const ofBoth = allDrivers()
        .filter((spec) => LOCAL_DRIVERS.includes(spec.name))
        .flatMap(optionRows);
      return { name, title: LOCAL_TITLE, options: ofBoth };
    }
    const own = findDriver(name);
    if (own) return { ...own, options: optionRows(own) };
    const options = await pluginOptions(name, this.environment);
    if (options) {
      const title = `docker-machine-driver-${name}`;
      return { name, title, options: optionRows({ name, title, options }) };
    }
    const missing = driverNotFound(name);
    throw new MachineError(missing.code, missing.message, { suggestions: ['berth drivers', ...missing.suggestions] });
  }
}

function groupsText(rows: readonly OptionRow[]): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const header = ['OPTION', 'DEFAULT', 'ENVIRONMENT', 'HELP'];
  const cells = ({ flag, default: value, env, help }: OptionRow): string[] => [flag, value, env, help];
  // One table, so that the columns of all groups stand below each other.
  const lines = renderTable([header, ...rows.map(cells)]).split('\n');
  return groups
    .map((group) => {
      const own = rows.flatMap((row, index) => (row.group === group ? [lines[index + 1] ?? ''] : []));
      return `\n${group}\n${[...(group === groups[0] ? [lines[0] ?? ''] : []), ...own].map((line) => `  ${line}\n`).join('')}`;
    })
    .join('');
}
