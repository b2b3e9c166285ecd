import { describe, expect, it } from '@jest/globals';
import { isMachineError } from '../../src/errors.js';
import { parseGoTemplate } from '../../src/gotemplate/template.js';
import { bool, fromJson, NONE, string, structure, texts, type Value } from '../../src/gotemplate/values.js';
import { randomNumbers } from '../helpers/random.js';
import { GO_DATA } from './go-table.js';
import { TemplateMaker } from './random-template.js';

const ENGINE = structure('engine.Options', [
  ['Labels', texts(['a=b', 'c'])],
  ['DNS', texts(undefined)],
  ['TLSVerify', bool(true)],
]);
const ITEM = structure('commands.HostListItem', [
  ['Name', string('web-1')],
  ['ActiveHost', bool(true)],
  ['State', { ...string('Running'), type: 'state.State' }],
  ['SwarmOptions', { kind: 'pointer', type: '*swarm.Options', of: undefined }],
  ['EngineOptions', { kind: 'pointer', type: '*engine.Options', of: ENGINE }],
  ['ResponseTime', { kind: 'int', type: 'time.Duration', value: 1_016_000_000n }],
]);
const RECORD = fromJson(GO_DATA) ?? NONE;
const RECORD_NAMES = [...Object.keys(GO_DATA), 'nope', 'k', 'x', 'y'];
const ITEM_NAMES = 'Name State EngineOptions Labels ResponseTime SwarmOptions ActiveHost Seconds String Bogus'.split(
  ' ',
);

/** What is wrong with how the template ends; '' where it gives a text or a MachineError of one line. */
function fault(template: string, data: Value): string {
  try {
    return typeof parseGoTemplate(template).render(data) === 'string' ? '' : 'no text';
  } catch (error) {
    if (!isMachineError(error, 'BadOption')) return String(error instanceof Error ? error.stack : error);
    const isGo = error.message.startsWith('template: :') && !/[\n\r]/.test(error.message) && error.message.length < 300;
    return isGo ? '' : error.message;
  }
}

/** Those with faults. One that takes exponential time keeps the whole test from ending in time. */
function examine(templates: readonly string[], data: Value): readonly unknown[] {
  return templates.flatMap((template) => {
    const found = fault(template, data);
    return found === '' ? [] : [{ template, found }];
  });
}

function made(count: number, make: () => string): readonly string[] {
  return Array.from({ length: count }, make);
}

describe('whatever the template', () => {
  it.each([
    ['a record', RECORD, RECORD_NAMES, 11],
    ['a line of the list', ITEM, ITEM_NAMES, 12],
  ])(
    '%s is printed, or refused in one line',
    (_what, data, names, seed) => {
      const maker = new TemplateMaker(randomNumbers(seed), names);

      const faults = examine(
        made(1_500, () => maker.template()),
        data,
      );

      expect(faults).toEqual([]);
    },
    60_000,
  );

  it.each([
    ['a record', RECORD, RECORD_NAMES, 21],
    ['a line of the list', ITEM, ITEM_NAMES, 22],
  ])(
    '%s is printed, or refused in one line, where the template is damaged',
    (_what, data, names, seed) => {
      const maker = new TemplateMaker(randomNumbers(seed), names);

      const faults = examine(
        made(2_000, () => maker.mutated(maker.template(3))),
        data,
      );

      expect(faults).toEqual([]);
    },
    60_000,
  );

  it('pieces in any order are printed or refused', () => {
    const maker = new TemplateMaker(randomNumbers(31), RECORD_NAMES);

    const faults = examine(
      made(2_000, () => Array.from({ length: 6 }, () => maker.mutated('')).reduce((text) => maker.mutated(text), '{{')),
      RECORD,
    );

    expect(faults).toEqual([]);
  }, 60_000);
});
