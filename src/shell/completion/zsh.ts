import { firstWords, functionsFor, quoted, topics, valuesOf, type CompletionModel, type Word } from './model.js';

/** With descriptions, for zsh's own completion system. */
export function zshCompletion(model: CompletionModel): string {
  return `${wordLists(model)}\n${functionsFor('zsh', model)}`;
}

function wordLists(model: CompletionModel): string {
  const cases = [
    row('commands', firstWords(model)),
    row(
      'drivers',
      model.drivers.map((word) => ({ word, summary: '' })),
    ),
    ...[...topics(model)].map(([topic, words]) => row(`topic ${topic}`, words)),
    ...model.commands.flatMap(({ name, takes, flags }) => [
      row(`takes ${name}`, [{ word: takes, summary: '' }]),
      row(
        `flags ${name}`,
        flags.flatMap(({ spellings, summary }) => spellings.map((word) => ({ word, summary }))),
      ),
      row(
        `valued ${name}`,
        flags
          .flatMap(({ spellings, takesValue }) => (takesValue ? spellings : []))
          .map((word) => ({ word, summary: '' })),
      ),
      ...flags.flatMap((flag) =>
        flag.spellings.map((spelling) =>
          row(
            `values ${name} ${spelling}`,
            valuesOf(flag).map((word) => ({ word, summary: '' })),
          ),
        ),
      ),
    ]),
  ];
  return `# Words of ${model.program} with what they mean, by what is asked for.\n__berth_words() {\n  reply=()\n  case $1 in\n${cases.join('')}  esac\n}\n`;
}

/** A colon parts a word from its meaning in `_describe`. */
function row(key: string, words: readonly Word[]): string {
  const entries = words.map(({ word, summary }) =>
    quoted(summary === '' ? word : `${word.replaceAll(':', '\\:')}:${summary}`),
  );
  return entries.length === 0 ? '' : `  '${key}') reply=(${entries.join(' ')}) ;;\n`;
}
