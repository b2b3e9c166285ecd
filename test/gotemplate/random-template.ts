/** Templates that mostly parse and partly run, from a small grammar. */
export class TemplateMaker {
  private variables = ['$'];

  constructor(
    private readonly random: () => number,
    private readonly names: readonly string[],
  ) {}

  template(depth = 4): string {
    this.variables = ['$'];
    return Array.from({ length: 1 + this.upTo(3) }, () => this.part(depth)).join('');
  }

  /** A template with some characters taken out, doubled or replaced. */
  mutated(source: string): string {
    let text = source;
    for (let count = 1 + this.upTo(3); count > 0; count -= 1) {
      const at = this.upTo(text.length + 1);
      const piece = this.one(['', '', ...PIECES, text.slice(at, at + 1 + this.upTo(8))]);
      text = text.slice(0, at) + piece + text.slice(at + this.upTo(4));
    }
    return text;
  }

  private part(depth: number): string {
    const kind = this.upTo(depth > 0 ? 12 : 3);
    if (kind === 0) return this.one(['x', ' ', '\n', 'é ', '-', '} }']);
    if (kind < 7) return `${this.open()}${this.pipeline(depth)}${this.close()}`;
    const known = this.variables.length;
    const text = this.block(kind, depth - 1);
    this.variables.length = known;
    return text;
  }

  private block(kind: number, depth: number): string {
    const end = `${this.open()}end${this.close()}`;
    const otherwise = this.chance(0.4) ? `{{else}}${this.part(depth)}` : '';
    if (kind === 7) return `{{if ${this.pipeline(depth)}}}${this.part(depth)}${otherwise}${end}`;
    if (kind === 8) return `{{with ${this.pipeline(depth)}}}${this.part(depth)}${otherwise}${end}`;
    if (kind === 9) return `{{if ${this.pipeline(depth)}}}a{{else if ${this.pipeline(depth)}}}b${otherwise}${end}`;
    if (kind === 10) return `{{block "b${this.upTo(3)}" ${this.operand(depth)}}}${this.part(depth)}${end}`;
    const pipeline = this.pipeline(depth, false);
    const heads = ['', '$e := ', '$i, $e := '];
    const head = this.one(heads);
    if (head !== '') this.variables.push('$e');
    if (head.startsWith('$i')) this.variables.push('$i');
    const jump = this.chance(0.2) ? this.one(['{{break}}', '{{continue}}']) : '';
    return `{{range ${head}${pipeline}}}${this.part(depth)}${jump}${this.part(depth)}${otherwise}${end}`;
  }

  private pipeline(depth: number, mayDeclare = true): string {
    const stages = Array.from({ length: 1 + (this.chance(0.3) ? 1 + this.upTo(2) : 0) }, (_, index) =>
      index === 0 ? this.command(depth) : this.call(depth, true),
    ).join(' | ');
    if (!mayDeclare || !this.chance(0.12)) return stages;
    const name = `$v${this.upTo(3)}`;
    const sign = this.variables.includes(name) && this.chance(0.5) ? '=' : ':=';
    this.variables.push(name);
    return `${name} ${sign} ${stages}`;
  }

  private command(depth: number): string {
    return this.chance(0.5) ? this.operand(depth) : this.call(depth, false);
  }

  private call(depth: number, isPiped: boolean): string {
    const name = this.one(FUNCTIONS);
    if (name === 'printf') return `printf ${this.format()}${this.operands(depth, this.upTo(3))}`;
    const usual = TWO.has(name) ? 2 : 1;
    const count = Math.max(0, usual - (isPiped ? 1 : 0) + (this.chance(0.15) ? this.upTo(3) - 1 : 0));
    return `${name}${this.operands(depth, count)}`;
  }

  private operands(depth: number, count: number): string {
    return Array.from({ length: count }, () => ` ${this.operand(depth)}`).join('');
  }

  private operand(depth: number): string {
    const kind = this.upTo(depth > 0 ? 10 : 7);
    if (kind < 3) return `.${this.path()}`;
    if (kind === 3) return this.one(LITERALS);
    if (kind === 4) return this.one(NUMBERS);
    if (kind === 5) return `${this.one(this.variables)}${this.chance(0.5) ? `.${this.path()}` : ''}`;
    if (kind === 6) return '.';
    return `(${this.pipeline(depth - 1, false)})${this.chance(0.2) ? `.${this.path()}` : ''}`;
  }

  private path(): string {
    return Array.from({ length: this.chance(0.25) ? 2 : 1 }, () => this.one(this.names)).join('.');
  }

  private format(): string {
    const verb = (): string =>
      `%${this.one(['', '', '', '+', '-', '#', '0', ' ', '+#', '-0', '# '])}${this.one(['', '', '5', '12', '*', '[1]', '[2]', '[9]'])}${this.one(['', '', '.2', '.0', '.', '.*', '.7'])}${this.one(VERBS)}`;
    return `"${Array.from({ length: 1 + this.upTo(2) }, verb).join('|')}"`;
  }

  private open(): string {
    return this.chance(0.1) ? '{{- ' : '{{';
  }

  private close(): string {
    return this.chance(0.1) ? ' -}}' : '}}';
  }

  private one(choices: readonly string[]): string {
    return choices[this.upTo(choices.length)] ?? '';
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private upTo(end: number): number {
    return Math.floor(this.random() * end);
  }
}

const VERBS = [...'vvvvsdqxXtfegGcUToObEF%yé'];
const FUNCTIONS =
  'and or not len index slice print printf printf println html js urlquery call eq ne lt le gt ge json prettyjson'.split(
    ' ',
  );
const TWO: ReadonlySet<string> = new Set(['and', 'or', 'index', 'slice', 'eq', 'ne', 'lt', 'le', 'gt', 'ge']);
const LITERALS = [
  '"a"',
  '"é€\\t\\""',
  '`raw\\`',
  '""',
  "'x'",
  "'\\n'",
  'true',
  'false',
  'nil',
  '"\\xff"',
  '"%d"',
  '"k"',
];
const NUMBERS = '0 1 2 -1 3.5 1e6 1e21 -0.0 0x1F 0b11 0o17 1_000 1e-7 9223372036854775807 100 .5 7.'.split(' ');
const PIECES =
  '{{|}}|{|}|(|)|"|`|\'|.|$|$x|:=|=|,|\\|| |\n|-| -}}|{{- |{{end}}|{{else}}|{{if .}}|{{range .}}|{{/*|*/}}|nil|%|\\|é|\0|1|1i|e|x|_|!'.split(
    '|',
  );
