import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Berth, type Ran } from './support/berth.js';
import { StandIn } from './support/stand-in.js';

/** GitLab Runner does this: one process for each call, all on one store, whose authority nobody has made before. */
const MACHINES = 30;
/** Of each loop: the three commands at once, and again. */
const ROUNDS = 2;
/** Counting each process of a loop. */
const AT_ONCE = 30;
/** Errors that say that processes got into each other's way. */
const OF_THE_STORE = /Code: (Store\w+|MachineNotFound|MachineExists|CertificateInvalid)|ENOENT|EEXIST|JSON/;

interface Call {
  readonly args: readonly string[];
  readonly ran: Ran;
}

describe('a store that many processes use at once', () => {
  const berth = new Berth();
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await StandIn.open(berth.store, berth.home);
  });
  afterAll(async () => {
    await standIn[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  });

  it(`fails none of ${MACHINES} creates, ${MACHINES} loops of inspect, config and url, and ${MACHINES} removals`, async () => {
    const calls: Call[] = [];
    const run = bounded(AT_ONCE, async (args: readonly string[]) => {
      calls.push({ args, ran: await berth.run(...args) });
    });
    const began = performance.now();

    const lives = Array.from({ length: MACHINES }, async (_, index) => {
      const name = `ci-${index}`;
      await run(await createOf(name, standIn));
      for (let round = 0; round < ROUNDS; round += 1)
        await Promise.all([run(['inspect', name]), run(['config', name]), run(['url', name])]);
      await run(['rm', '-y', name]);
    });
    await Promise.all(lives);

    const failed = calls.filter(({ ran }) => ran.code !== 0);
    const ofTheStore = failed.filter(({ ran }) => OF_THE_STORE.test(ran.stderr));
    process.stderr.write(`${summary(calls, failed, ofTheStore)}, ${Math.round(performance.now() - began)} ms\n`);
    expect(failed.map(({ args, ran }) => `${args.join(' ')}: ${ran.stderr}`)).toEqual([]);
    expect(readdirSync(join(berth.store, 'machines'))).toEqual([]);
    expect(readdirSync(join(berth.store, 'certs')).sort()).toEqual(['ca-key.pem', 'ca.pem', 'cert.pem', 'key.pem']);
  }, 180_000);
});

/** Every second machine has a host to log in to. */
async function createOf(name: string, standIn: StandIn): Promise<string[]> {
  return Number(name.slice(3)) % 2 === 0
    ? ['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', name]
    : standIn.create(name);
}

function summary(calls: readonly Call[], failed: readonly Call[], ofTheStore: readonly Call[]): string {
  const verbs = [...new Set(calls.map(({ args }) => args[0] ?? ''))];
  const counts = verbs.map((verb) => `${calls.filter(({ args }) => args[0] === verb).length} ${verb}`);
  return `${counts.join(', ')}: ${calls.length} processes, ${AT_ONCE} at once; ${failed.length} failed, ${ofTheStore.length} for the store's sake`;
}

/** The same work, but never more than this many at once. */
function bounded<A>(limit: number, work: (argument: A) => Promise<void>): (argument: A) => Promise<void> {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async (argument) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      await work(argument);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
