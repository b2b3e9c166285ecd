import type { DriverContext } from './driver.js';

/** Names of the images that a machine boots before and after. */
export interface SystemChange {
  readonly from: string;
  readonly to: string;
}

/** The OS of machines that boot an image of berth's own (src/os). */
export interface Systems<R> {
  /**
   * Puts an image beside the one the machine boots, and changes nothing else; without a wish the newest. One that the machine
   * had before is taken from where it was kept.
   * @throws MachineError CheckFailed where there is none or it is not whole, BadUsage where a snapshot needs the one it has
   */
  place(resource: R, wish: string | undefined, context: DriverContext<R>): Promise<SystemChange>;
  /** Boots a machine that stands still with a placed image, this once: whatever boots it next takes the one before. */
  try(resource: R, image: string, context: DriverContext<R>): Promise<R>;
  /** Of a machine that runs on trial: from now on it boots that image; the one before stays beside it. */
  keep(resource: R, image: string, context: DriverContext<R>): Promise<void>;
}
