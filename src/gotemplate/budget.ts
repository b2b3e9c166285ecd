import { Fault } from './fault.js';

/** What one template may cost, in characters made or read; a node of it costs as much as some of them. */
const LIMIT = 1_000_000;
const STEP = 20;

/** Ends templates that loop or grow without an end. */
export class Budget {
  private left = LIMIT;

  /** @throws Fault when it is used up */
  spend(characters: number): void {
    this.left -= characters;
    if (this.left < 0) throw new Fault('gave up, too much work or output');
  }

  step(): void {
    this.spend(STEP);
  }
}

/** A byte string that is being written. */
export class Output {
  private readonly parts: string[] = [];

  constructor(readonly budget: Budget) {}

  write(bytes: string): void {
    this.budget.spend(bytes.length);
    this.parts.push(bytes);
  }

  repeat(bytes: string, times: number): void {
    if (times <= 0) return;
    this.budget.spend(bytes.length * times);
    this.parts.push(bytes.repeat(times));
  }

  toString(): string {
    return this.parts.join('');
  }
}
