import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { GenericStage } from './support/generic-stage.js';
import { genericTakes } from './support/generic-takes.js';
import { golden, transcript } from './support/transcript.js';

/** Nothing about them depends on a machine's driver: their transcripts are those of the driver none. */
const NOT_OF_A_MACHINE = ['completion', 'drivers', 'gc', 'shell-init', 'use'];
const COMMANDS = readdirSync(resolve(import.meta.dirname, '../../src/commands'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((command) => !NOT_OF_A_MACHINE.includes(command));

let stage: GenericStage;
beforeAll(async () => {
  stage = await GenericStage.open();
}, 60_000);
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => stage.reset());

describe('the transcript for the driver generic', () => {
  it.each(COMMANDS)(
    'of %s changes only on purpose',
    async (command) => {
      const text = await transcript(stage.home, genericTakes(stage)[command] ?? [], stage.volatile);

      expect(text).toBe(golden(`generic-${command}`, text));
    },
    60_000,
  );

  it('is there for every command', () => {
    const takes = genericTakes(stage);

    expect(COMMANDS.filter((command) => !(command in takes))).toEqual([]);
  });
});
