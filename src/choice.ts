import type { DriverContext } from './driver.js';

/** A value that an option may take, as the provider tells it. */
export interface Choice {
  readonly value: string;
  /** A name for it: "Frankfurt 1". */
  readonly title: string;
  /** What else decides: what a size has, and its price where the provider names one. */
  readonly detail?: string;
}

/** What `create` asks for where nothing is given. */
export interface Asks<K extends string> {
  /** Keys of options, in the order in which they are asked for. */
  readonly asks?: readonly K[];
  /** Which credentials the driver would begin with, in words; undefined where none are seen. No network is asked. */
  credentials?(environment: DriverContext<unknown>['environment']): Promise<string | undefined>;
}

export interface Chooses<O, R> {
  /**
   * Values that an option may take when those asked for before it are as given, in the order to show them; none where any
   * text may be right. @throws MachineError CredentialsMissing, CredentialsRefused
   */
  choices?(key: string, options: O, context: DriverContext<R>): Promise<readonly Choice[]>;
}
