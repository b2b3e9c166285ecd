import type { OptionSpec, OptionTable } from '../driver.js';

/** One flag as a driver declares it: docker-machine's mcnflag. */
export type PluginFlag = { readonly name: string; readonly help: string; readonly env: string } & (
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: false }
  | { readonly kind: 'list'; readonly value: readonly string[] }
);

/** Words by which drivers of all providers call what nobody else may see; drivers do not mark them otherwise. */
const SECRET_WORDS =
  /(^|[-_.])(token|secret|password|passwd|pass|passphrase|credentials?|api-?key|(access|secret|auth)-key)($|[-_.])/i;

/** Whether an option or a key of a record holds what must not be shown. */
export function soundsSecret(name: string): boolean {
  return SECRET_WORDS.test(name.replace(/([a-z0-9])([A-Z])/g, '$1-$2'));
}

/** The key of a flag in the driver's table; what does not begin with the driver's name cannot meet what does. */
export function keyOf(driver: string, flag: string): string {
  return flag.startsWith(`${driver}-`) ? flag.slice(driver.length + 1) : `--${flag}`;
}

export function optionTable(driver: string, flags: readonly PluginFlag[]): OptionTable {
  return Object.fromEntries(flags.map((flag) => [keyOf(driver, flag.name), optionOf(driver, flag)]));
}

function optionOf(driver: string, flag: PluginFlag): OptionSpec {
  const shared = {
    help: flag.help,
    ...(flag.env === '' ? {} : { env: flag.env }),
    ...(flag.name.startsWith(`${driver}-`) ? {} : { flag: flag.name }),
  };
  switch (flag.kind) {
    case 'string': {
      const secret = soundsSecret(flag.name) ? { secret: true as const } : {};
      return { ...shared, kind: 'string', ...secret, ...(flag.value === '' ? {} : { default: flag.value }) };
    }
    case 'integer':
      return { ...shared, kind: 'integer', default: flag.value, min: Number.MIN_SAFE_INTEGER };
    case 'boolean':
      return { ...shared, kind: 'boolean', default: false };
    case 'list':
      return { ...shared, kind: 'list', default: flag.value };
  }
}
