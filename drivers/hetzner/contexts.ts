/** What the hcloud CLI has in ~/.config/hcloud/cli.toml. */
export interface Contexts {
  /** '' where none is. */
  readonly active: string;
  /** Tokens by the names of their contexts. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** The few lines of TOML that are needed: active_context, and name and token of each [[contexts]]. */
export function parseContexts(toml: string): Contexts {
  let section = '';
  let active = '';
  const found: { name?: string; token?: string }[] = [];
  for (const line of toml.split(/\r?\n/)) {
    const header = /^\s*(\[\[?[^\]]+\]\]?)\s*(#.*)?$/.exec(line)?.[1]?.replace(/\s/g, '');
    if (header !== undefined) {
      section = header;
      if (section === '[[contexts]]') found.push({});
      continue;
    }
    const { key, value } = assignment(line) ?? {};
    if (value === undefined) continue;
    if (section === '' && key === 'active_context') active = value;
    const context = section === '[[contexts]]' ? found.at(-1) : undefined;
    if (context && (key === 'name' || key === 'token')) context[key] = value;
  }
  const named = found.flatMap(({ name, token }) => (name && token ? [[name, token] as const] : []));
  return { active, tokens: new Map(named) };
}

/** Strings in one line, basic ones with escapes (TOML 1.0, "String") and literal ones. */
function assignment(line: string): { key: string; value: string } | undefined {
  const [, bare, quoted, basic, literal] =
    /^\s*(?:([A-Za-z0-9_-]+)|"([^"]*)")\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?$/.exec(line) ?? [];
  const key = bare ?? quoted;
  const value = literal ?? (basic === undefined ? undefined : unescaped(basic));
  return key === undefined || value === undefined ? undefined : { key, value };
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g, (_all, short, long, one: string) => {
    const code = (short ?? long) as string | undefined;
    return code === undefined ? (ESCAPES[one] ?? one) : String.fromCodePoint(Number.parseInt(code, 16) % 0x110000);
  });
}
