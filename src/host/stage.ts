import { systemCode } from '../errors.js';

/** Where an attempt to reach a host can be stuck, as users read it. */
export type Stage =
  | 'resolving name'
  | 'no route'
  | 'connection refused'
  | 'connection timed out'
  | 'jump host'
  | 'no SSH banner'
  | 'key exchange'
  | 'host key'
  | 'authentication';

/** How a final message ends for each stage. */
export const STUCK_AT: Readonly<Record<Stage, string>> = {
  'resolving name': 'its name is not known',
  'no route': 'no route',
  'connection refused': 'connection refused',
  'connection timed out': 'connection timed out',
  'jump host': 'the jump host does not let us through',
  'no SSH banner': 'no SSH banner',
  'key exchange': 'the key exchange broke off',
  'host key': 'its host key was not accepted',
  authentication: 'the login broke off',
};

/** A stage that lasts longer than this, in milliseconds, is worth telling; shorter ones would only flicker. */
const WORTH_TELLING_MS = 500;

/** Tells each change of the stage once. */
export class StageTeller {
  #told: Stage | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onStage: ((stage: string) => void) | undefined) {}

  /** This stage began; told when it lasts. */
  enter(stage: Stage): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.tell(stage), WORTH_TELLING_MS).unref();
  }

  /** This stage is what an attempt failed at. */
  tell(stage: Stage): void {
    this.stop();
    if (stage === this.#told) return;
    this.#told = stage;
    this.onStage?.(stage);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** One attempt came this far and no further; another may go better. */
export class AttemptFailure extends Error {
  constructor(
    readonly stage: Stage,
    cause: unknown,
  ) {
    super(`stuck at: ${stage}`, { cause });
  }
}

/** The stage that an error of the network says. */
export function stageOf(error: unknown): Stage {
  return STAGES[systemCode(error) ?? ''] ?? 'connection timed out';
}

const STAGES: Readonly<Record<string, Stage>> = {
  ENOTFOUND: 'resolving name',
  EAI_AGAIN: 'resolving name',
  EAI_FAIL: 'resolving name',
  EAI_NODATA: 'resolving name',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  EHOSTDOWN: 'no route',
  ENETDOWN: 'no route',
  EADDRNOTAVAIL: 'no route',
  ECONNREFUSED: 'connection refused',
};
