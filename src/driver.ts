import type { Asks, Chooses } from './choice.js';
import type { Pace } from './pace.js';
import type { Ports } from './ports.js';
import type { Json, JsonObject, OptionValues } from './record.js';
import type { Reporter } from './reporter.js';
import type { Virtual } from './snapshot.js';

export type { PortRule, Ports } from './ports.js';

interface OptionBase {
  /** One short line, no full stop. */
  readonly help: string;
  /** Environment variable that supplies a default. */
  readonly env?: string;
  /** The whole flag name where it is not `<driver>-<key>`: docker-machine's `--url` of the driver none. */
  readonly flag?: string;
}
/** One option of a driver; docker-machine's four kinds of flag. */
export type OptionSpec =
  | (OptionBase & {
      readonly kind: 'string';
      readonly default?: string;
      readonly required?: true;
      readonly secret?: true;
      readonly choices?: readonly string[];
      /** A create of several names takes as many values, separated by commas, one for each name in order. */
      readonly perMachine?: true;
      /** What is wanted instead of a value that `check` refuses by its form; undefined for any other value. */
      readonly wants?: (value: string) => string | undefined;
    })
  | (OptionBase & { readonly kind: 'integer'; readonly default?: number; readonly min?: number; readonly max?: number })
  | (OptionBase & { readonly kind: 'boolean'; readonly default?: boolean })
  | (OptionBase & { readonly kind: 'list'; readonly default?: readonly string[] });
/** Keys are flag names without the driver's prefix: `ssh-port` is `--generic-ssh-port`. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S extends { kind: 'string' }
  ? S extends { choices: readonly (infer C)[] }
    ? C
    : string
  : S extends { kind: 'integer' }
    ? number
    : S extends { kind: 'boolean' }
      ? boolean
      : readonly string[];
type Present<S extends OptionSpec> = S extends
  { default: unknown } | { required: true } | { kind: 'list' } | { kind: 'boolean' }
  ? true
  : false;
export type OptionsOf<T extends OptionTable> = {
  readonly [K in keyof T as Present<T[K]> extends true ? K : never]: ValueOf<T[K]>;
} & { readonly [K in keyof T as Present<T[K]> extends true ? never : K]?: ValueOf<T[K]> };

/** `unknown`: the provider cannot be asked now; `error`: it says the machine is broken. */
export type MachineState =
  'running' | 'starting' | 'stopped' | 'stopping' | 'paused' | 'saved' | 'error' | 'gone' | 'unknown';

/** Where sshd of a machine answers. */
export interface SshTarget {
  /** IP address (IPv6 without brackets) or host name. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Where the driver itself has put a private key, as driver binaries do; absolute. */
  readonly keyPath?: string;
  /** The engine's port, where the driver passes one of this computer on to it: the engine listens on the same one. */
  readonly enginePort?: number;
}

/** What a driver gets to make a host from. */
export interface NewHost<O> {
  readonly name: string;
  /** Random hexadecimal, the same in every retry of one create: tag every resource with it. */
  readonly id: string;
  readonly options: O;
  /** One line for authorized_keys; '' where the user's own key is used (features.plantsKeys is false). */
  readonly publicKey: string;
  /** The host's SSH key in OpenSSH form, to be in place before its sshd starts; only with features.plantsKeys. */
  readonly hostKey?: { readonly privateKey: string; readonly publicKey: string };
  /** Random hexadecimal of the store that the record stands in: what `gc` tells its own resources from others' by. */
  readonly store: string;
  /** A shell script for root to run at the first boot, which brings the engine; undefined leaves that to provisioning. */
  readonly bootScript?: string;
}

/** All that a driver can reach. */
export interface DriverContext<R> {
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Values of options marked `secret`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The process's environment, HOME in it: where provider's own chains of credentials begin. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** The back-off that all calls of one account share, whichever machine they are for. */
  pace(account: string): Pace;
  /** Puts the handle on record at once, so that an interrupted create can be finished or removed. */
  keep(resource: R): Promise<void>;
}

/**
 * What one provider can do. No state: every verb gets the handle.
 * Verbs wait until what they name has happened, and throw MachineError DriverFailed with the provider's words as cause.
 */
export interface Driver<O, R> extends Chooses<O, R>, Virtual<R> {
  /** Whatever can be refused before anything costs money. @throws MachineError CheckFailed, BadOption */
  check(host: NewHost<O>, context: DriverContext<R>): Promise<void>;
  /** Makes the host, or finishes what an interrupted call with the same id began (`resource` is what that call kept). */
  create(host: NewHost<O>, context: DriverContext<R>, resource?: R): Promise<R>;
  state(resource: R, context: DriverContext<R>): Promise<MachineState>;
  target(resource: R, context: DriverContext<R>): Promise<SshTarget>;
  /** Success when it runs already. May return a changed handle, which goes on record. */
  start(resource: R, context: DriverContext<R>): Promise<R | void>;
  stop(resource: R, context: DriverContext<R>): Promise<void>;
  kill(resource: R, context: DriverContext<R>): Promise<void>;
  /** Nothing there is success; what was not made by this machine is never touched. */
  remove(resource: R, context: DriverContext<R>): Promise<void>;
  /** States of many machines, in the order given, by one question per account and region. */
  states?(resources: readonly R[], context: DriverContext<R>): Promise<readonly MachineState[]>;
  /** The end of what the machine wrote to its console; '' while there is nothing. */
  consoleTail?(resource: R, context: DriverContext<R>): Promise<string>;
  /** The provider's own firewall, where the machine stands behind one that berth may change. */
  readonly ports?: Ports<R>;
  /** Whatever of the account carries berth's tags, whichever store it belongs to. */
  owned?(options: O, context: DriverContext<R>): Promise<readonly Owned[]>;
  /** Removes resources that `owned` has named, in the order their dependencies want; what is gone already is success. */
  discard?(owned: readonly Owned[], options: O, context: DriverContext<R>): Promise<void>;
}

/** A resource at a provider that carries berth's tags. */
export interface Owned {
  /** The provider's word: "instance", "key pair", "volume" … */
  readonly kind: string;
  readonly id: string;
  /** Name and id of the machine and of the store, out of the tags. */
  readonly machine: string;
  readonly machineId: string;
  readonly store: string;
  /** What `discard` needs besides the id: the region, say. */
  readonly handle?: Json;
}

/** The eager half of a driver: data and pure functions. `load` brings the functions that talk to the provider. */
export interface DriverSpec<T extends OptionTable, R> extends Asks<keyof T & string> {
  readonly name: string;
  /** As help shows it: "Amazon EC2". */
  readonly title: string;
  readonly options: T;
  readonly features: {
    /** Login key and host key are made by berth and planted before the first boot. */
    readonly plantsKeys: boolean;
    /** start, stop and kill exist. */
    readonly powers: boolean;
    /** There is a host to log in to and an engine to provision. */
    readonly ssh: boolean;
    /** The host exists on this computer and asking for its state costs no network request. */
    readonly local: boolean;
  };
  /** The driver's own keys of the `Driver` object in config.json, named as docker-machine names them. */
  toStored(options: OptionsOf<T>, resource: R | undefined): JsonObject;
  /** The inverse. Keys come with docker-machine's capitals; missing ones get defaults. Never throws for missing keys. */
  fromStored(stored: JsonObject): { options: OptionValues; resource?: R };
  /** Values of secret options that docker-machine wrote into the `Driver` object in clear; they stay there, and nowhere else. */
  storedSecrets?(stored: JsonObject): Readonly<Record<string, string>>;
  /** How to log in before the driver has been asked: user, port, and the private key the user names. */
  login(options: OptionsOf<T>): { readonly user: string; readonly port: number; readonly keyPath?: string };
  /** TCP port of the engine where an option sets it; 2376 otherwise. */
  enginePort?(options: OptionsOf<T>): number;
  /** The host was there before, so that its host key cannot be planted: the one of the first login is trusted. */
  takesOver?(options: OptionsOf<T>): boolean;
  /** The engine's URL where the user gives it and there is no host (driver none). */
  url?(options: OptionsOf<T>): string;
  load(): Promise<Driver<OptionsOf<T>, R>>;
}

/** Verbs are methods, hence bivariant: any spec fits here without `any`. */
export type AnyDriverSpec = DriverSpec<OptionTable, Json>;

/** Checks a driver's declaration and keeps its exact types. */
export function defineDriver<const T extends OptionTable, R extends Json>(spec: DriverSpec<T, R>): DriverSpec<T, R> {
  return spec;
}
