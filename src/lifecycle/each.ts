import { EXIT_CODES, isMachineError, MachineError } from '../errors.js';

export type Outcome<N, T> =
  | { readonly name: N; readonly state: 'done'; readonly result: T }
  | { readonly name: N; readonly state: 'failed'; readonly error: unknown };

/** Runs the work for every name, at most `limit` at once; the outcomes come in the order of the names. */
export async function forEachBounded<N, T>(
  names: readonly N[],
  limit: number,
  work: (name: N) => Promise<T>,
): Promise<Outcome<N, T>[]> {
  const outcomes = new Array<Outcome<N, T>>(names.length);
  const entries = names.entries();
  const worker = async (): Promise<void> => {
    for (const [index, name] of entries) {
      outcomes[index] = await work(name).then(
        (result): Outcome<N, T> => ({ name, state: 'done', result }),
        (error: unknown): Outcome<N, T> => ({ name, state: 'failed', error }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, names.length) }, worker));
  return outcomes;
}

/**
 * The results, in order, if everything went well. One failure is thrown as it is when it was asked for alone; of several
 * machines all failures become one error that names each, with the worst exit code.
 * @throws MachineError
 */
export function resultsOf<N extends string, T>(outcomes: readonly Outcome<N, T>[]): T[] {
  const failures = outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [outcome] : []));
  const [first] = failures;
  if (first === undefined) return outcomes.flatMap((outcome) => (outcome.state === 'done' ? [outcome.result] : []));
  if (outcomes.length === 1) throw first.error;
  throw new MachineError('SomeFailed', `${failures.length} of ${outcomes.length} machines failed`, {
    cause: new AggregateError(
      failures.map(({ error }) => error),
      failures.map(({ name, error }) => told(name, error)).join('\n'),
    ),
    suggestions: [...new Set(failures.flatMap(({ error }) => (isMachineError(error) ? error.suggestions : [])))].slice(
      0,
      3,
    ),
    exitCode: worst(failures.map(({ error }) => error)),
  });
}

/** One of several failures: whose it is and what, and below it the other side's words. */
function told(name: string, error: unknown): string {
  if (!(error instanceof Error)) return `${name}: ${String(error)}`;
  const words = error.cause instanceof Error ? error.cause.message.trim() : '';
  return [`${name}: ${error.message}`, ...(words === '' ? [] : words.split('\n').map((line) => `  ${line}`))].join(
    '\n',
  );
}

/** An interruption first, then our own bugs, then the highest number. */
function worst(errors: readonly unknown[]): number {
  const codes = errors.map((error) => (isMachineError(error) ? error.exitCode : 1));
  if (codes.includes(EXIT_CODES.Cancelled)) return EXIT_CODES.Cancelled;
  return codes.includes(1) ? 1 : Math.max(...codes);
}
