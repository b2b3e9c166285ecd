/** A command line of ours in a document. */
export interface CommandLine {
  /** Behind `berth`, without the shell's quotes. */
  readonly words: readonly string[];
  /** In a block, where it stands as it is typed; within a sentence arguments may be left out. */
  readonly isWhole: boolean;
}

/** Those of code blocks of all kinds, steps of CI systems and what programs print among them, and of code within sentences. */
export function commandLinesIn(markdown: string): readonly CommandLine[] {
  const blocks = [...markdown.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  return [
    ...blocks.flatMap((line) => wordsIn(line).map((words) => ({ words, isWhole: true }))),
    ...codeIn(markdown).flatMap((line) => wordsIn(line).map((words) => ({ words, isWhole: false }))),
  ];
}

/** Code within lines, outside blocks. Tables escape bars. */
export function codeIn(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

/** Where a command may begin: in front of the line, behind a prompt, an operator of the shell, the colon of a hint or of YAML. */
const BEGIN = /(?:^|[$|;&(]|^ *-|:|\bdo) *["']?(?:berth|bin\/run\.js)(?= )/g;

function wordsIn(line: string): readonly (readonly string[])[] {
  const comment = line.search(/(^|\s)#\s/);
  const code = comment < 0 ? line : line.slice(0, comment);
  return [...code.matchAll(BEGIN)].map((found) => shellWords(code.slice(found.index + found[0].length)));
}

/** Up to where the command ends. Words in quotes are one; what they hold is not looked at. */
function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  const word = /\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\{\{[^}]*\}\}|\\.|[^\s"'|;&<>()`])+)/y;
  for (let found = word.exec(text); found; found = word.exec(text))
    words.push((found[1] ?? '').replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, '$1$2').replace(/\\(.)/g, '$1'));
  return words;
}
