import { firstWords, functionsFor, quoted, topics, valuesOf, type CompletionModel, type Word } from './model.js';

export function powershellCompletion(model: CompletionModel): string {
  const rows = [
    row('commands', firstWords(model)),
    row(
      'drivers',
      model.drivers.map((word) => ({ word, summary: word })),
    ),
    ...[...topics(model)].map(([topic, words]) => row(`topic ${topic}`, words)),
    ...model.commands.flatMap(({ name, takes, flags }) => [
      row(`takes ${name}`, [{ word: takes, summary: takes }]),
      row(
        `flags ${name}`,
        flags.flatMap(({ spellings, summary }) => spellings.map((word) => ({ word, summary }))),
      ),
      ...flags.flatMap((flag) =>
        flag.spellings.map((spelling) =>
          row(
            `values ${name} ${spelling}`,
            valuesOf(flag).map((word) => ({ word, summary: word })),
          ),
        ),
      ),
    ]),
  ];
  return `$BerthWords = @{\n${rows.join('')}}\n\n${functionsFor('ps1', model)}`;
}

function row(key: string, words: readonly Word[]): string {
  const pairs = words.map(({ word, summary }) => `@(${quoted(word, "''")}, ${quoted(summary || word, "''")})`);
  // The comma in front keeps a list of one pair a list.
  return pairs.length === 0 ? '' : `  '${key}' = @(${pairs.length === 1 ? ',' : ''}${pairs.join(', ')})\n`;
}
