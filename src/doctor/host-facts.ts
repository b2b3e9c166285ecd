/** What templates/doctor/host.sh prints. What it could not find out is absent. */
export interface HostFacts {
  /** Seconds since the epoch. */
  readonly clock: number;
  /** sudo's words where it lets us do nothing. */
  readonly sudoRefusal?: string;
  /** As systemctl has it: "active", "inactive", "failed" … */
  readonly unit?: string;
  readonly isInstalled: boolean;
  /** Somebody listens on the engine's port. */
  readonly isListening: boolean;
  /** Of the file system with the engine's data. */
  readonly disk?: Room;
  readonly inodes?: Room;
  readonly updates: number;
  readonly wantsReboot: boolean;
}

export interface Room {
  /** KiB, or a number of inodes. */
  readonly total: number;
  readonly free: number;
}

/** Undefined when the output is not whole. */
export function parseHostFacts(output: string): HostFacts | undefined {
  const values = new Map(
    output.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  if (!values.has('end')) return undefined;
  const unit = values.get('unit') ?? '';
  const disk = roomOf(values.get('size_kib'), values.get('free_kib'));
  const inodes = roomOf(values.get('inodes'), values.get('free_inodes'));
  return {
    clock: Number(values.get('clock')),
    ...(values.get('sudo') === 'no' ? { sudoRefusal: unhex(values.get('sudo_words') ?? '') } : {}),
    ...(unit === '' ? {} : { unit }),
    isInstalled: values.get('load') !== 'not-found',
    isListening: values.has('listening'),
    ...(disk ? { disk } : {}),
    ...(inodes ? { inodes } : {}),
    updates: Number(values.get('updates') ?? 0),
    wantsReboot: values.has('reboot'),
  };
}

function roomOf(total: string | undefined, free: string | undefined): Room | undefined {
  return total === undefined || free === undefined ? undefined : { total: Number(total), free: Number(free) };
}

function unhex(text: string): string {
  return Buffer.from(text, 'hex').toString().trim();
}
