import type { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';

/** `error`: something does not work, or is open to others; `warning`: it soon will not; `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note';

/** One thing that is not as it should be. */
export interface Finding {
  /** Stable: scripts compare it. */
  readonly id: string;
  readonly severity: Severity;
  /** One line, as the message of an error. */
  readonly fact: string;
  /** What mends it: a command that can be pasted, or an imperative sentence. */
  readonly remedy: string;
  /** The other side's own words, or all the files that the fact speaks of. */
  readonly details?: readonly string[];
  /** What --fix does about it; absent where that is not safe, or for the user to decide. */
  readonly mend?: Mend;
}

/** What --fix can do. Plain data, so that the same work that several findings ask for is done once. */
export type Mend =
  | { readonly kind: 'mode'; readonly path: string; readonly mode: number }
  | { readonly kind: 'unlock'; readonly folder: string; readonly tickets: readonly string[] }
  | { readonly kind: 'certificates' }
  | { readonly kind: 'drop-context'; readonly name: string; readonly machineId: string }
  | { readonly kind: 'entrances'; readonly machine: MachineName }
  | { readonly kind: 'address'; readonly machine: MachineName; readonly address: string }
  | { readonly kind: 'provision'; readonly machine: MachineName; readonly renew: boolean };

/** What was looked at together: a part of this computer, or one machine. */
export interface Examined {
  /** "computer", "store" …, or the machine's name. */
  readonly group: string;
  /** Present where the group is a machine. */
  readonly machine?: MachineName;
  /** What was seen, for the line that says all is well. */
  readonly seen: string;
  readonly findings: readonly Finding[];
}

/** What ended a look at something before it was whole. */
export function failedLook({ message, suggestions, cause }: MachineError): Finding {
  return {
    id: 'look-failed',
    severity: 'error',
    fact: message,
    remedy: suggestions[0] ?? 'berth ls',
    ...ownWords(cause),
  };
}

/** What the other side said, for a finding. */
export function ownWords(cause: unknown): Pick<Finding, 'details'> {
  return cause instanceof Error && cause.message !== '' ? { details: [cause.message] } : {};
}

/** A command for the machine's host, which only root may run there, as it is pasted here. */
export function asRoot({ name, ssh }: Machine, command: string): string {
  return `berth ssh ${name} ${ssh.user === 'root' ? '' : 'sudo '}${command}`;
}

/** The findings of several questions, one after the other. */
export function gathered(...parts: readonly (Finding | undefined | readonly Finding[])[]): Finding[] {
  return parts.flat().filter((part) => part !== undefined);
}
