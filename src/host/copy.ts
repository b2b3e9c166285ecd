import type { Connection } from './connection.js';
import type { CopyOptions } from './host.js';

export interface Copy {
  readonly from: string;
  readonly to: string;
  readonly user: string;
}

export async function upload(_connection: Connection, _copy: Copy, _options: CopyOptions = {}): Promise<void> {
  throw new Error('not yet');
}

export async function download(_connection: Connection, _copy: Copy, _options: CopyOptions = {}): Promise<void> {
  throw new Error('not yet');
}
