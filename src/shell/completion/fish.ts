import {
  firstWords,
  functionsFor,
  quoted,
  topics,
  type CommandModel,
  type CompletionModel,
  type FlagModel,
} from './model.js';

/** fish reads one `complete` for each word. */
export function fishCompletion(model: CompletionModel): string {
  const { program } = model;
  const lines = [
    ...firstWords(model).map(({ word, summary }) => `-n '__berth_at' -a ${word} -d ${quoted(summary, "\\'")}`),
    ...[...topics(model)].flatMap(([topic, words]) =>
      words.map(({ word, summary }) => `-n '__berth_at ${topic}' -a ${word} -d ${quoted(summary, "\\'")}`),
    ),
    ...model.commands.flatMap((command) => [
      ...arguments_(command),
      ...command.flags.map((flag) => flagLine(flag, command, model)),
    ]),
  ];
  return `${functionsFor('fish', model, { valued: valuedBefore(model) })}\n${lines.map((line) => `complete -c ${program} ${line}\n`).join('')}`;
}

/** Flags that stand before any command and take a value, as words: those of `ls` that begin as theirs do. */
function valuedBefore({ commands }: CompletionModel): string {
  const flags = commands.find(({ name }) => name === 'ls')?.flags ?? [];
  return flags.flatMap(({ spellings, takesValue }) => (takesValue ? spellings : [])).join(' ');
}

function arguments_({ name, takes }: CommandModel): string[] {
  const when = `-n '__berth_in ${name}'`;
  if (takes === 'nothing') return [];
  if (takes === 'files') return [`${when} -F`];
  if (takes === 'remote') return [`${when} -a '(__berth_remote)'`];
  if (takes !== 'paths') return [`${when} -a '(__berth_others ${takes})'`];
  // fish would offer files of this computer behind a colon, too.
  return [`${when} -a '(__berth_paths)'`, `-n '__berth_in ${name}; and not __berth_is_remote' -F`];
}

function flagLine(
  { spellings, summary, takesValue, values, names }: FlagModel,
  { name }: CommandModel,
  { drivers }: CompletionModel,
): string {
  const owner = drivers.find((driver) => spellings.some((spelling) => spelling.startsWith(`--${driver}-`)));
  const words = spellings.map((spelling) =>
    spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`,
  );
  const offers = names === undefined ? values.join(' ') : `(__berth_names ${names})`;
  const value = !takesValue ? '' : offers !== '' ? ` -x -a ${quoted(offers, "\\'")}` : ' -r';
  const when = owner === undefined ? `__berth_in ${name}` : `__berth_in ${name}; and __berth_driver ${owner}`;
  return `-n '${when}' ${words.join(' ')}${value} -d ${quoted(summary, "\\'")}`;
}
