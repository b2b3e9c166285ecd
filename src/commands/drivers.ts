import { Args } from '@oclif/core';
import { drivers, findDriver } from '../../drivers/index.js';
import { driverNotFound } from '../cli/driver-names.js';
import { optionRows, type OptionRow } from '../cli/driver-table.js';
import { LOCAL_DRIVER } from '../cli/local.js';
import { MachineCommand } from '../cli/machine-command.js';
import { pluginNamesOf, pluginOptions } from '../cli/program.js';
import { renderTable } from '../cli/table.js';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';

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
      ...drivers.map(({ name, title }) => ({ name, title, kind: 'built in' })),
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

  private describe(spec: Pick<AnyDriverSpec, 'name' | 'title' | 'options'>): object {
    const rows = optionRows(spec);
    if (!this.jsonEnabled()) process.stdout.write(`${spec.title} (${spec.name})\n${groupsText(rows)}`);
    return { name: spec.name, title: spec.title, options: rows };
  }

  private async described(name: string): Promise<Pick<AnyDriverSpec, 'name' | 'title' | 'options'>> {
    const own = findDriver(name === 'local' ? LOCAL_DRIVER : name);
    if (own) return own;
    const options = await pluginOptions(name, this.environment);
    if (options) return { name, title: `docker-machine-driver-${name}`, options };
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
