import { ProbeLines } from '../probe.js';

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
  /** What keeps its clock right; absent where systemd knows of nothing. */
  readonly timeService?: 'off' | 'on' | 'synchronized';
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
  const lines = new ProbeLines(output);
  if (!lines.has('end')) return undefined;
  const unit = lines.one('unit');
  const disk = roomOf(lines, 'size_kib', 'free_kib');
  const inodes = roomOf(lines, 'inodes', 'free_inodes');
  return {
    clock: Number(lines.one('clock')),
    ...(lines.one('sudo') === 'no' ? { sudoRefusal: lines.text('sudo_words').trim() } : {}),
    ...(unit === '' ? {} : { unit }),
    isInstalled: lines.one('load') !== 'not-found',
    isListening: lines.has('listening'),
    ...(disk ? { disk } : {}),
    ...(inodes ? { inodes } : {}),
    ...timeServiceOf(lines),
    updates: Number(lines.one('updates')),
    wantsReboot: lines.has('reboot'),
  };
}

function timeServiceOf(lines: ProbeLines): Pick<HostFacts, 'timeService'> {
  if (lines.one('NTPSynchronized') === 'yes') return { timeService: 'synchronized' };
  if (lines.one('CanNTP') !== 'yes') return {};
  return { timeService: lines.one('NTP') === 'yes' ? 'on' : 'off' };
}

function roomOf(lines: ProbeLines, total: string, free: string): Room | undefined {
  if (!lines.has(total) || !lines.has(free)) return undefined;
  return { total: Number(lines.one(total)), free: Number(lines.one(free)) };
}
