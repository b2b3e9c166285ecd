import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../helpers/commands.js';
import { genericCare } from './support/care-takes.js';
import { GenericStage } from './support/generic-stage.js';
import { genericTakes } from './support/generic-takes.js';
import { GENERIC_LOCAL } from './support/local-takes.js';
import { golden, transcript, type Take } from './support/transcript.js';

/** Nothing about them depends on a machine's driver: their transcripts are those of the driver none. */
const NOT_OF_A_MACHINE = ['apply', 'completion', 'destroy', 'doctor', 'drivers', 'gc', 'plan', 'shell-init', 'use'];
const names = COMMANDS.map(({ name }) => name).filter(
  (name) => !NOT_OF_A_MACHINE.includes(name) && !/^(swarm|os) /.test(name),
);

const takesOf = (on: GenericStage): Readonly<Record<string, readonly Take[]>> => ({
  ...genericTakes(on),
  ...genericCare(on),
  ...GENERIC_LOCAL,
});

let stage: GenericStage;
beforeAll(async () => {
  stage = await GenericStage.open();
}, 60_000);
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => stage.reset());

describe('the transcript for the driver generic', () => {
  it.each(names)(
    'of %s changes only on purpose',
    async (command) => {
      const text = await transcript(stage.home, takesOf(stage)[command] ?? [], stage.volatile);

      expect(text).toBe(golden(`generic-${command}`, text));
    },
    60_000,
  );

  it('is there for every command', () => {
    const takes = takesOf(stage);

    expect(names.filter((name) => !(name in takes))).toEqual([]);
  });
});
