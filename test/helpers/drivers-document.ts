import type { AnyDriverSpec, OptionSpec } from '../../src/driver.js';

/** docs/drivers.md as the tables of the drivers say it. */
export function driversDocument(drivers: readonly AnyDriverSpec[]): string {
  return `# Drivers and their options\n\nMade from the drivers' own tables; \`UPDATE_GOLDEN=1\` with the tests of documents writes it anew.\n\n${drivers
    .map(driverSection)
    .join('\n')}`;
}

function driverSection({ name, title, options }: AnyDriverSpec): string {
  const rows = Object.entries(options).map(([key, option]) => row(`--${option.flag ?? `${name}-${key}`}`, option));
  return `## ${name}\n\n${title}.\n\n| option | environment | default | meaning |\n|---|---|---|---|\n${rows.join('')}`;
}

function row(flag: string, option: OptionSpec): string {
  const value = 'default' in option && option.default !== undefined ? String(option.default) : '';
  const shown = value === '' || value === 'false' ? '' : `\`${value}\``;
  const several = option.kind === 'list' ? ' (several)' : '';
  const needed = option.kind === 'string' && option.required ? ' (required)' : '';
  const env = option.env === undefined ? '' : `\`${option.env}\``;
  return `| \`${flag}\`${several}${needed} | ${env} | ${shown} | ${option.help.replaceAll('|', '\\|')} |\n`;
}
