import { firstWords, functionsFor, topics, valuesOf, type CompletionModel } from './model.js';

/** Works in bash 3.2, which macOS has, without the package bash-completion. */
export function bashCompletion(model: CompletionModel): string {
  return `${wordLists(model)}\n${functionsFor('bash', model)}`;
}

/** One function that sets REPLY to a list of words: no process is started to complete one. */
function wordLists(model: CompletionModel): string {
  const cases = [
    row(
      'commands',
      firstWords(model).map(({ word }) => word),
    ),
    row('drivers', model.drivers),
    ...[...topics(model)].map(([topic, words]) =>
      row(
        `topic ${topic}`,
        words.map(({ word }) => word),
      ),
    ),
    ...model.commands.flatMap(({ name, takes, flags }) => [
      row(`takes ${name}`, [takes]),
      row(
        `flags ${name}`,
        flags.flatMap(({ spellings }) => spellings),
      ),
      row(
        `valued ${name}`,
        flags.flatMap(({ spellings, takesValue }) => (takesValue ? spellings : [])),
      ),
      ...flags.flatMap((flag) => flag.spellings.map((spelling) => row(`values ${name} ${spelling}`, valuesOf(flag)))),
    ]),
  ];
  return `# Words of ${model.program}, by what is asked for.\n__berth_words() {\n  REPLY=\n  case $1 in\n${cases.join('')}  esac\n}\n`;
}

function row(key: string, words: readonly string[]): string {
  return words.length === 0 ? '' : `  '${key}') REPLY='${words.join(' ')}' ;;\n`;
}
