import { firstWords, functionsFor, topics, valuesOf, type CompletionModel, type Word } from './model.js';

/** For nushell's external completer: an `extern` would refuse flags that stand twice, and Go's single dash. */
export function nushellCompletion(model: CompletionModel): string {
  const words: Record<string, readonly Word[]> = {
    commands: firstWords(model),
    drivers: model.drivers.map((word) => ({ word, summary: '' })),
  };
  for (const [topic, found] of topics(model)) words[`topic ${topic}`] = found;
  for (const { name, takes, flags } of model.commands) {
    words[`takes ${name}`] = [{ word: takes, summary: '' }];
    words[`flags ${name}`] = flags.flatMap(({ spellings, summary }) => spellings.map((word) => ({ word, summary })));
    for (const flag of flags.filter((one) => valuesOf(one).length > 0))
      for (const spelling of flag.spellings)
        words[`values ${name} ${spelling}`] = valuesOf(flag).map((word) => ({ word, summary: '' }));
  }
  const rows = Object.entries(words).map(([key, found]) => `  ${JSON.stringify(key)}: ${list(found)}\n`);
  const { program } = model;
  const completer = `# For $env.config.completions.external.completer: {|spans| if $spans.0 == "${program}" { ${program} complete $spans } }\n`;
  return `${completer}const berth_words = {\n${rows.join('')}}\n\n${functionsFor('nu', model)}`;
}

function list(words: readonly Word[]): string {
  const records = words.map(
    ({ word, summary }) => `{value: ${JSON.stringify(word)}, description: ${JSON.stringify(summary)}}`,
  );
  return `[${records.join(', ')}]`;
}
