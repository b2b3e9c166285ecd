import { renderTemplate } from './template.js';

/** A script that looks at a host and prints lines of KEY=VALUE, behind what all of them begin with. */
export function renderProbe(path: string, values: Readonly<Record<string, string>>): string {
  return renderTemplate('probe/begin.sh', {}) + renderTemplate(path, values);
}

/** What such a script has printed; some keys stand there several times. */
export class ProbeLines {
  readonly #values = new Map<string, string[]>();

  constructor(output: string) {
    for (const line of output.split('\n')) {
      const at = line.indexOf('=');
      if (at < 1) continue;
      const key = line.slice(0, at);
      this.#values.set(key, [...this.all(key), line.slice(at + 1)]);
    }
  }

  all(key: string): readonly string[] {
    return this.#values.get(key) ?? [];
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** '' where there is none. */
  one(key: string): string {
    return this.all(key)[0] ?? '';
  }

  /** Of a value in hexadecimal. */
  text(key: string): string {
    return unhex(this.one(key));
  }
}

export function unhex(text: string): string {
  return Buffer.from(text, 'hex').toString();
}
