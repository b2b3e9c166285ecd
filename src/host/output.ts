import { StringDecoder } from 'node:string_decoder';

/** Keeps the beginning and the end of what comes by, and says what was cut between them. */
export class Tail {
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #end: Buffer[] = [];
  #endBytes = 0;
  #cut = 0;
  readonly #half: number;

  constructor(keepBytes: number) {
    this.#half = keepBytes / 2;
  }

  add(chunk: Buffer): void {
    const free = Math.min(this.#half - this.#headBytes, chunk.length);
    if (free > 0) {
      this.#head.push(chunk.subarray(0, free));
      this.#headBytes += free;
    }
    if (free >= chunk.length) return;
    const rest = chunk.subarray(Math.max(free, 0));
    this.#end.push(rest);
    this.#endBytes += rest.length;
    // Joined rarely, so that a flood of small chunks costs little.
    if (this.#endBytes > this.#half * 2) this.trim();
  }

  bytes(): Buffer {
    if (this.#endBytes > this.#half) this.trim();
    const note = this.#cut === 0 ? [] : [Buffer.from(`\n[${this.#cut} bytes cut]\n`)];
    return Buffer.concat([...this.#head, ...note, ...this.#end]);
  }

  text(): string {
    return this.bytes().toString();
  }

  private trim(): void {
    const all = Buffer.concat(this.#end);
    const kept = all.subarray(Math.max(0, all.length - this.#half));
    this.#cut += all.length - kept.length;
    this.#end = [Buffer.from(kept)];
    this.#endBytes = kept.length;
  }
}

/** Turns chunks into whole lines; a last line without a break counts as one. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  add(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line.replace(/\r$/, ''));
  }

  end(): void {
    const last = this.#rest + this.#decoder.end();
    if (last !== '') this.onLine(last);
    this.#rest = '';
  }
}
