/** What a client of a service met. */
export interface Traffic {
  readonly asked: number;
  /** When, in milliseconds since the first, and what each address said. */
  readonly failed: readonly string[];
  readonly slowestMs: number;
}

/** Longer than any answer takes, so that a host that is silent costs a client no more than this. */
const ANSWER_WITHIN_MS = 2_000;

/**
 * Asks again and again, from now until `end` is called. A request goes as a browser's does where a name has several addresses, or a
 * proxy's with several servers behind it: to one of them, and on to the next when that one refuses, breaks off or is silent. It has
 * failed when none of them gave the whole answer.
 */
export function startRequests(urls: readonly string[], expected: Buffer): { end: () => Promise<Traffic> } {
  let ended = false;
  const began = performance.now();
  const failed: string[] = [];
  let asked = 0;
  let slowestMs = 0;
  const asking = (async () => {
    for (; !ended; asked += 1) {
      const at = performance.now();
      const said = await askInTurn(rotated(urls, asked), expected);
      if (said.length > 0) failed.push(`after ${Math.round(at - began)} ms: ${said.join(', ')}`);
      slowestMs = Math.max(slowestMs, Math.round(performance.now() - at));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const end = async (): Promise<Traffic> => {
    ended = true;
    await asking;
    return { asked, failed, slowestMs };
  };
  return { end };
}

/** What each said that gave no answer; nothing as soon as one gives it. */
async function askInTurn(urls: readonly string[], expected: Buffer): Promise<readonly string[]> {
  const said: string[] = [];
  for (const url of urls) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      if (expected.equals(Buffer.from(await response.arrayBuffer()))) return [];
      said.push(`${url} answered something else`);
    } catch (error) {
      const { cause, message } = error as Error;
      said.push(`${url} ${cause instanceof Error ? cause.message : message}`);
    }
  }
  return said;
}

function rotated<T>(all: readonly T[], by: number): readonly T[] {
  const first = by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
