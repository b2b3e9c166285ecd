import type { GenericStage } from './generic-stage.js';
import { BAD_FLAG, BAD_NAME, MISSING } from './mistakes.js';
import type { Take } from './transcript.js';

/** Care of machines, for the home of the driver none. */
export const NONE_CARE: Readonly<Record<string, readonly Take[]>> = {
  rename: [
    { title: 'one machine', args: ['rename', 'web-1', 'shop-1'] },
    { title: 'what it is called now', args: ['ls', '-q'] },
    { title: 'as JSON', args: ['rename', '--json', 'shop-1', 'web-1'] },
    { title: 'a name that is taken', args: ['rename', 'web-1', 'web-2'] },
    { title: 'the name that it has', args: ['rename', 'web-1', 'web-1'] },
    { title: MISSING, args: ['rename', 'nope', 'web-9'] },
    { title: 'one name', args: ['rename', 'web-1'] },
    { title: BAD_NAME, args: ['rename', 'web-1', 'web_1'] },
    { title: BAD_FLAG, args: ['rename', '--frob', 'web-1', 'web-9'] },
  ],
};

/** Care of machines, for the home of the driver generic. */
export function genericCare(_stage: GenericStage): Readonly<Record<string, readonly Take[]>> {
  return {
    rename: [
      { title: 'one machine', args: ['rename', 'web-1', 'shop-1'] },
      { title: 'reached', args: ['config', 'shop-1'] },
    ],
  };
}
