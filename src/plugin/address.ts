import { MachineError } from '../errors.js';
import type { Ending } from './process.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface AddressWait {
  readonly driver: string;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly ended: Promise<Ending>;
  readonly crash: (ending: Ending) => MachineError;
}

/** Drivers listen on loopback only; another address would be somebody else's. */
const ADDRESS = /^(127(?:\.\d{1,3}){3}|\[::1\]):(\d{1,5})$/;
/** A driver that prints so many lines and no address will print none. */
const MOST_JUNK_LINES = 100;

/** Looks for the address among the lines of stdout: the first that is one. */
export class AddressLine {
  readonly #found: Promise<Address>;
  #settle: { resolve(address: Address): void; reject(error: Error): void } | undefined;
  #firstJunk = '';
  #junkLines = 0;

  constructor() {
    this.#found = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Nobody listens yet when the first lines come.
    this.#found.catch(() => {});
  }

  /** Whether the line was the address; all others are the driver's words. */
  take(line: string): boolean {
    if (!this.#settle) return false;
    const match = ADDRESS.exec(line.trim());
    if (!match) {
      this.#firstJunk ||= line.slice(0, 200);
      this.#junkLines += 1;
      if (this.#junkLines > MOST_JUNK_LINES) this.#settle.reject(new Error(this.#firstJunk));
      return false;
    }
    this.#settle.resolve({ host: (match[1] ?? '').replace(/[[\]]/g, ''), port: Number(match[2]) });
    this.#settle = undefined;
    return true;
  }

  /** @throws MachineError DriverFailed when the driver ends, or prints other things; Cancelled */
  wait({ driver, withinMs, signal, ended, crash }: AddressWait): Promise<Address> {
    return new Promise((resolve, reject) => {
      const noAddress = (): void => {
        const cause = this.#firstJunk === '' ? {} : { cause: new Error(this.#firstJunk) };
        reject(new MachineError('DriverFailed', `driver "${driver}" prints no address to reach it at`, cause));
      };
      const cancel = (): void => reject(new MachineError('Cancelled', 'interrupted'));
      const timer = setTimeout(noAddress, withinMs);
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
      };
      void ended.then((ending) => reject(crash(ending))).finally(stop);
      this.#found.then(resolve, noAddress).finally(stop);
    });
  }
}
