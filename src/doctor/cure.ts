import { isMachineError, type MachineError } from '../errors.js';
import type { Program } from '../lifecycle/program.js';
import { examine, type Exam } from './examine.js';
import type { Examined } from './finding.js';
import { mendAll, mendsOf, mendTitle } from './mend.js';

/** What is mended may bring to light what stood behind it: a machine under its right address, an engine that runs again. */
const MOST_ROUNDS = 3;

export interface Cured {
  /** How everything is afterwards. */
  readonly examined: readonly Examined[];
  /** What was done, in order. */
  readonly mended: readonly string[];
  /** What of it went wrong. */
  readonly failure: MachineError | undefined;
}

/** Mends what can be mended safely, and looks again. @throws MachineError as `examine` */
export async function cure(exam: Exam, program: Program): Promise<Cured> {
  const mended: string[] = [];
  let failure: MachineError | undefined;
  let examined = await examine(exam, program);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const mends = mendsOf(examined).filter((mend) => !mended.includes(mendTitle(mend)));
    if (mends.length === 0) break;
    mended.push(...mends.map(mendTitle));
    failure = await mendAll(mends, program).then(
      () => failure,
      (error: unknown) => {
        if (isMachineError(error) && error.code !== 'Cancelled') return error;
        throw error;
      },
    );
    examined = await examine(exam, program);
  }
  return { examined, mended, failure };
}
