import { join } from 'node:path';
import { afterEach, expect, it, jest } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import type { MachineError } from '../../src/errors.js';
import { failureOf } from '../helpers/failure.js';
import { goldenFile } from '../helpers/golden.js';
import type { StandInAnswer } from '../standins/server.js';
import { CAMPAIGN_MS, type CloudStand, type StandOf } from './cloud-stand.js';
import { contextOf, newHost } from './contract.js';

const FOLDER = join(import.meta.dirname, '..', 'golden', 'refusals');
const AN_HOUR = 3_600_000;

afterEach(() => {
  jest.restoreAllMocks();
});

/** Every word that users read when a provider refuses to make a machine, in test/golden/refusals/<driver>.txt. */
export function words(spec: AnyDriverSpec, stand: StandOf): void {
  it(
    'tells what each refusal means, what to do about it, and the words of the provider',
    async () => {
      const told: string[] = [];
      for (const kind of ['credentials', 'quota', 'stock', 'throttled', 'input'] as const) {
        const failure = await refusedFor(kind, spec, stand);
        if (failure) told.push(`${kind}\n${textOf(failure)}`);
      }

      const text = `${told.join('\n\n')}\n`;
      expect(text).toBe(goldenFile(join(FOLDER, `${spec.name}.txt`), text));
    },
    CAMPAIGN_MS,
  );

  it('makes the machine in the next place, or of the next size, when the first is out of stock', async () => {
    await using world = await stand();
    const { refusals, choices } = world;
    if (!refusals.stock || !choices) return;
    const { call, answer } = refusals.stock;
    let asked = 0;
    world.standIn.intervene = ({ name }) => (name === call && (asked += 1) < 4 ? answer : undefined);
    const [driver, context] = [await spec.load(), contextOf(world)];

    const resource = await driver.create(newHost({ ...world.options, ...choices }), context);
    await driver.remove(resource, context);

    expect(asked).toBe(4);
    expect(world.standIn.left()).toEqual([]);
  });
}

async function refusedFor(
  kind: 'credentials' | 'quota' | 'stock' | 'throttled' | 'input',
  spec: AnyDriverSpec,
  stand: StandOf,
): Promise<MachineError | undefined> {
  await using world = await stand();
  const answer = answerFor(kind, world);
  const call = world.refusals.quota?.call;
  if (!answer || call === undefined) return undefined;
  // Each refusal takes an hour, so that what is repeated while there is time is not.
  let passed = 0;
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  world.standIn.intervene = ({ name }) => {
    if (name !== call) return undefined;
    passed += AN_HOUR;
    return answer;
  };
  const driver = await spec.load();
  const failure = await failureOf(driver.create(newHost(world.options), contextOf(world)));
  jest.restoreAllMocks();
  return failure;
}

function answerFor(kind: string, { refusals }: CloudStand): StandInAnswer | undefined {
  const { credentials, throttled, quota, stock, input } = refusals;
  return { credentials, throttled, quota: quota?.answer, stock: stock?.answer, input }[kind];
}

/** As the top of the program prints it. */
function textOf({ code, message, suggestions, cause }: MachineError): string {
  const words = cause instanceof Error ? cause.message : String(cause);
  return [
    `  Error: ${message}`,
    `  Code: ${code}`,
    ...suggestions.map((one) => `  * ${one}`),
    `  Caused by: ${words}`,
  ].join('\n');
}
