import type { ErrorCode } from '../errors.js';
import type { Reporter } from '../reporter.js';

export interface PluginCommand {
  /** The driver's name, as in docker-machine-driver-NAME. */
  readonly driver: string;
  /** The binary, absolute. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Never shown, whatever the driver prints or answers. */
  readonly secrets: readonly string[];
  readonly times?: Partial<PluginTimes>;
}

/** In milliseconds. */
export interface PluginTimes {
  /** Until its address stands on stdout; docker-machine's limit. */
  readonly startMs: number;
  /** docker-machine's rhythm: a driver ends itself after 10 s without. */
  readonly heartbeatMs: number;
  /** A driver that answers no heartbeat for so long hangs. */
  readonly hangMs: number;
  /** For its own end, once told to close. */
  readonly closeMs: number;
}

export interface CallSettings {
  /** In milliseconds. */
  readonly withinMs?: number;
  /** The code of the error when the method refuses; DriverFailed otherwise. */
  readonly refusal?: ErrorCode;
  /** What it refuses then, after "driver x refused"; the method's name otherwise. */
  readonly refusing?: string;
  /** In place of the command's: what must be known even after an interruption. */
  readonly signal?: AbortSignal;
}

export const TIMES: PluginTimes = { startMs: 10_000, heartbeatMs: 5_000, hangMs: 30_000, closeMs: 1_000 };
