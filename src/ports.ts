import type { DriverContext } from './driver.js';

/** What reaches a machine from outside. */
export interface PortRule {
  /** `esp` (IP protocol 50), which swarms encrypt with, is for berth's own use: it has no ports, both are 0. */
  readonly protocol: 'tcp' | 'udp' | 'esp';
  /** First and last port, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** CIDR blocks, IPv4 or IPv6; `0.0.0.0/0` is everybody. */
  readonly sources: readonly string[];
}
export interface Ports<R> {
  /** What the provider's firewall lets through in no way: rules of it are refused with NotSupported. */
  readonly lacks?: readonly PortRule['protocol'][];
  list(resource: R, context: DriverContext<R>): Promise<readonly PortRule[]>;
  /** Rules that exist already are success. May return a changed handle, which goes on record. */
  open(resource: R, rules: readonly PortRule[], context: DriverContext<R>): Promise<R | void>;
  /** Rules that do not exist are success; rules that berth did not make for this machine stay. */
  close(resource: R, rules: readonly PortRule[], context: DriverContext<R>): Promise<R | void>;
}
