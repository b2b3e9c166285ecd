import type { DriverContext } from './driver.js';
import type { Systems } from './system.js';

/** What a machine shall have; absent is as it was. In MB (of 1 000 000 bytes on disks). */
export interface Size {
  readonly memory?: number;
  readonly cpus?: number;
  readonly disk?: number;
}

export interface Snapshot {
  readonly tag: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Of a machine that ran, its memory included: to go back is to go on running from there. */
  readonly running: boolean;
}
/** Verbs work on machines that run and on those that stand still. */
export interface Snapshots<R> {
  list(resource: R, context: DriverContext<R>): Promise<readonly Snapshot[]>;
  make(resource: R, tag: string, context: DriverContext<R>): Promise<void>;
  /** Afterwards the machine runs if it ran when the snapshot was made. */
  restore(resource: R, tag: string, context: DriverContext<R>): Promise<R | void>;
  /** One that is not there is success. */
  remove(resource: R, tag: string, context: DriverContext<R>): Promise<void>;
}

/** What can be done with virtual machines alone. */
export interface Virtual<R> {
  /** Memory, devices and disk are saved and the machine ends: `start` goes on from there. */
  suspend?(resource: R, context: DriverContext<R>): Promise<void>;
  /** States of the machine that it can go back to. */
  readonly snapshots?: Snapshots<R>;
  /** Changes of the OS, where that is an image of berth's own. */
  readonly systems?: Systems<R>;
  /** Of a machine that stands still. The changed handle goes on record. @throws MachineError BadOption for a smaller disk */
  resize?(resource: R, size: Size, context: DriverContext<R>): Promise<R>;
}
