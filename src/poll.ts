import { MachineError, throwIfCancelled } from './errors.js';

export interface PollOptions {
  /** What is waited for, as it reads after "timed out after 300 s waiting for". */
  readonly what: string;
  readonly withinMs: number;
  /** The first pause, in milliseconds. */
  readonly everyMs?: number;
  /** Pauses grow by half each time up to this, in milliseconds: quick hosts are seen quickly, slow ones asked rarely. */
  readonly atMostEveryMs?: number;
  /** Pauses begin anew whenever this value changes: what is waited for has come nearer. */
  readonly progress?: () => unknown;
  readonly signal?: AbortSignal | undefined;
  /** What is known at the time limit: the last refusal, say. */
  readonly lastWords?: () => unknown;
  readonly suggestions?: readonly string[];
}

/**
 * Asks until the answer is not undefined.
 * @throws MachineError TimedOut at the limit, Cancelled when the signal fires, and whatever `ask` throws
 */
export async function poll<T>(ask: (signal: AbortSignal) => Promise<T | undefined>, options: PollOptions): Promise<T> {
  const { withinMs, everyMs = 25, atMostEveryMs = Math.max(everyMs, 1_000), progress, signal } = options;
  const limit = AbortSignal.timeout(withinMs);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  const endsAt = Date.now() + withinMs;
  let seen = progress?.();
  for (let pauseMs = everyMs; ; pauseMs = Math.min(pauseMs * 1.5, atMostEveryMs)) {
    throwIfCancelled(signal);
    const answer = await answerOf(ask(either), either);
    if (answer !== undefined) return answer;
    throwIfCancelled(signal);
    if (progress?.() !== seen) pauseMs = everyMs;
    seen = progress?.();
    const leftMs = endsAt - Date.now();
    if (leftMs <= 0 || limit.aborted) throw timedOut(options);
    await pause(Math.min(pauseMs, leftMs), signal);
  }
}

/** How long a question may take to end in order once its signal has fired, in milliseconds. */
const GRACE_MS = 1_000;

/** Undefined when the question was taken back: its error says nothing then, and one that hangs holds nobody up. */
function answerOf<T>(question: Promise<T | undefined>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const hurry = (): void => void (timer = setTimeout(resolve, GRACE_MS, undefined));
    if (signal.aborted) hurry();
    else signal.addEventListener('abort', hurry, { once: true });
    question
      .then(resolve, (error: Error) => (signal.aborted ? resolve(undefined) : reject(error)))
      .finally(() => {
        signal.removeEventListener('abort', hurry);
        clearTimeout(timer);
      });
  });
}

/** Ends early, without an error, when the signal fires. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Whether the work ends, well or not, before that many milliseconds are over. */
export function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    const ended = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(ended, ended);
  });
}

function timedOut({ what, withinMs, lastWords, suggestions }: PollOptions): MachineError {
  const cause = lastWords?.();
  return new MachineError('TimedOut', `timed out after ${formatSeconds(withinMs)} waiting for ${what}`, {
    ...(suggestions ? { suggestions } : {}),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** 1500 → "1.5 s", 300000 → "300 s". */
export function formatSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
