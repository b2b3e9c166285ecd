import type { DriverContext } from '../../src/driver.js';

/**
 * What one run of the program asks or makes only once, however many machines want it: tokens, the list of sizes, a network
 * that they share. It lives as long as the pace that all calls of the run have in common.
 */
const known = new WeakMap<object, Map<string, Promise<unknown>>>();

type Shared = Pick<DriverContext<unknown>, 'pace'>;

/**
 * The answer to an earlier call with the same key, or the work's. `stale` is an answer that is not wanted any more. A failure
 * is forgotten: whoever comes next tries again.
 */
export function once<T>(of: Shared, key: string, work: () => Promise<T>, stale?: Promise<T>): Promise<T> {
  const answers = answersOf(of);
  const earlier = answers.get(key) as Promise<T> | undefined;
  if (earlier && earlier !== stale) return earlier;
  const answer = work();
  answers.set(key, answer);
  answer.catch(() => forget(answers, key, answer));
  return answer;
}

/** As `once`, for work that is done anew by whoever comes when it is over. */
export function onceAtATime<T>(of: Shared, key: string, work: () => Promise<T>): Promise<T> {
  const answer = once(of, key, work);
  const over = (): void => forget(answersOf(of), key, answer);
  answer.then(over, over);
  return answer;
}

function forget(answers: Map<string, Promise<unknown>>, key: string, answer: Promise<unknown>): void {
  if (answers.get(key) === answer) answers.delete(key);
}

function answersOf({ pace }: Shared): Map<string, Promise<unknown>> {
  const answers = known.get(pace) ?? new Map<string, Promise<unknown>>();
  known.set(pace, answers);
  return answers;
}
