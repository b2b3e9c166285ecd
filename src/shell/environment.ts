import { MachineError } from '../errors.js';

/** One variable of the client's environment; undefined unsets it. */
export type Assignment = readonly [name: string, value: string | undefined];

interface Syntax {
  readonly set: (name: string, value: string) => string;
  readonly unset: (name: string) => string;
  /** Lines around the assignments, where the shell wants them all in one. */
  readonly frame?: readonly [begin: string, end: string];
  readonly comment: string;
  /** How the user feeds our output to the shell. */
  readonly hint: (command: string) => string;
  /** The same for values that its words would not survive: they are parted at blanks, and brackets in them are patterns. */
  readonly exactHint?: (command: string) => string;
  /** What ends a line where that hint makes one line of all, and `unset` would take the next command for names. */
  readonly end?: string;
}

const posix: Syntax = {
  set: (name, value) => `export ${name}="${escapePosix(value)}"`,
  unset: (name) => `unset ${name}`,
  comment: '#',
  hint: (command) => `eval $(${command})`,
  exactHint: (command) => `eval "$(${command})"`,
  end: ';',
};

/** docker-machine's six, to the byte wherever a value needs no escape. */
const SYNTAXES: Readonly<Record<string, Syntax>> = {
  bash: posix,
  fish: {
    set: (name, value) => `set -gx ${name} "${value.replace(/[\\"$]/g, '\\$&')}";`,
    unset: (name) => `set -e ${name};`,
    comment: '#',
    hint: (command) => `eval (${command})`,
    exactHint: (command) => `${command} | source`,
  },
  powershell: {
    set: (name, value) => `$Env:${name} = "${value.replace(/[`"$]/g, '`$&')}"`,
    unset: (name) => `Remove-Item Env:\\\\${name}`,
    comment: '#',
    hint: (command) => `& ${command} | Invoke-Expression`,
  },
  cmd: {
    set: (name, value) => `SET ${name}=${value}`,
    unset: (name) => `SET ${name}=`,
    comment: 'REM',
    hint: (command) => `\t@FOR /f "tokens=*" %i IN ('${command}') DO @%i`,
  },
  tcsh: {
    set: (name, value) => `setenv ${name} "${value.replace(/["$`!\\]/g, (c) => (c === '!' ? '\\!' : `"'${c}'"`))}";`,
    unset: (name) => `unsetenv ${name};`,
    comment: ':',
    hint: (command) => `eval \`${command}\``,
    exactHint: (command) => `eval "\`${command}\`"`,
  },
  emacs: {
    set: (name, value) => `(setenv "${name}" "${value.replace(/[\\"]/g, '\\$&')}")`,
    unset: (name) => `(setenv "${name}" nil)`,
    comment: ';;',
    hint: (command) => `(with-temp-buffer (shell-command "${command}" (current-buffer)) (eval-buffer))`,
  },
  elvish: {
    set: (name, value) => `set-env ${name} '${value.replaceAll("'", "''")}'`,
    unset: (name) => `unset-env ${name}`,
    comment: '#',
    hint: (command) => `eval (${command} | slurp)`,
  },
  xonsh: {
    set: (name, value) => `$${name} = '${value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`,
    unset: (name) => `__xonsh__.env.pop('${name}', None)`,
    comment: '#',
    hint: (command) => `execx($(${command}))`,
  },
  // nushell evaluates no text, so what it gets is a record; programs do not get variables that are null.
  nu: {
    set: (name, value) => `${name}: ${JSON.stringify(value)}`,
    unset: (name) => `${name}: null`,
    frame: ['{', '}'],
    comment: '#',
    hint: (command) => `${command} | from nuon | load-env`,
  },
};

const OTHER_NAMES: Readonly<Record<string, string>> = {
  pwsh: 'powershell',
  'powershell.exe': 'powershell',
  'pwsh.exe': 'powershell',
  'cmd.exe': 'cmd',
  csh: 'tcsh',
  nushell: 'nu',
};

/** Shells with POSIX `export`; docker-machine took every other name for one of them too. */
function syntaxOf(shell: string): Syntax {
  return SYNTAXES[OTHER_NAMES[shell] ?? shell] ?? posix;
}

/** What the user types so that the shell takes what a command prints. */
export function shellHint(shell: string, command: string): string {
  return syntaxOf(shell).hint(command);
}

/** What the user types to be rid of a variable. */
export function unsetLine(shell: string, name: string): string {
  return syntaxOf(shell).unset(name).replace(/;$/, '');
}

/** The lines that bring the variables about in a shell, and the two that tell how to use them. */
export function shellLines(shell: string, assignments: readonly Assignment[], command: readonly string[]): string {
  const syntax = syntaxOf(shell);
  const [begin, end] = syntax.frame ?? [];
  const lines = [
    ...(begin === undefined ? [] : [begin]),
    ...assignmentLines(syntax, assignments),
    ...(end === undefined ? [] : [end]),
  ];
  const words = command.map((word) => (/[\s\\]/.test(word) ? `"${word}"` : word)).join(' ');
  const hint = assignments.some(([, value]) => value !== undefined && FRAGILE.test(value))
    ? syntax.exactHint
    : undefined;
  // The blank at the end of the first line is docker-machine's own.
  const usage = [
    `${syntax.comment} Run this command to configure your shell: `,
    `${syntax.comment} ${(hint ?? syntax.hint)(words)}`,
  ];
  return `${[...lines, ...usage].join('\n')}\n`;
}

/** Blanks in a row, other white space, and what shells take for patterns. */
const FRAGILE = /\s\s|[^\S ]|[*?[\]{}]/;

function assignmentLines(syntax: Syntax, assignments: readonly Assignment[]): readonly string[] {
  const unsets = assignments.filter(([, value]) => value === undefined).length;
  const end = unsets > 0 && unsets < assignments.length ? (syntax.end ?? '') : '';
  return assignments.map(([name, value]) => (value === undefined ? syntax.unset(name) : syntax.set(name, value)) + end);
}

/** The user's shell by name, from --shell or $SHELL. @throws MachineError BadUsage when neither says */
export function shellName(
  flag: string | undefined,
  shellVariable: string | undefined,
  platform: NodeJS.Platform,
): string {
  if (flag !== undefined && flag !== '') return flag;
  const name = shellVariable?.split(/[\\/]/).at(-1);
  if (name !== undefined && name !== '') return name;
  if (platform === 'win32') return 'cmd';
  throw new MachineError('BadUsage', 'cannot tell which shell this is: the variable SHELL is not set', {
    suggestions: ['Name it with --shell bash, say'],
  });
}

/** Inside double quotes of a POSIX shell. */
function escapePosix(value: string): string {
  return value.replace(/[\\"$`]/g, '\\$&');
}
