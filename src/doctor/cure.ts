import type { Program } from '../lifecycle/program.js';
import { examine, type Exam } from './examine.js';
import type { Examined } from './finding.js';
import { mendAll, mendsOf, mendTitle, type MendFailure } from './mend.js';

/** What is mended may bring to light what stood behind it: a machine under its right address, an engine that runs again. */
const MOST_ROUNDS = 3;

export interface Cured {
  /** How everything is afterwards. */
  readonly examined: readonly Examined[];
  /** What was done, in order. */
  readonly mended: readonly string[];
  /** What of it went wrong. */
  readonly failures: readonly MendFailure[];
}

/** Mends what can be mended safely, and looks again. @throws MachineError as `examine` */
export async function cure(exam: Exam, program: Program): Promise<Cured> {
  const mended: string[] = [];
  const failures: MendFailure[] = [];
  let examined = await examine(exam, program);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const mends = mendsOf(examined).filter((mend) => !mended.includes(mendTitle(mend)));
    if (mends.length === 0) break;
    mended.push(...mends.map(mendTitle));
    failures.push(...(await mendAll(mends, program)));
    examined = await examine(exam, program);
  }
  return { examined, mended: mended.filter((title) => !failures.some((one) => one.title === title)), failures };
}
