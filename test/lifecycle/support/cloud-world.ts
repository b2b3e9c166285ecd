import type { Host } from '../../../src/host/host.js';
import type { CreateRequest } from '../../../src/lifecycle/create.js';
import { planMachine } from '../../../src/lifecycle/plan.js';
import type { Program } from '../../../src/lifecycle/program.js';
import { parseName } from '../../../src/name.js';
import { paces } from '../../../src/pace.js';
import { DEFAULT_ENGINE, type EngineOptions } from '../../../src/record.js';
import { toy } from '../../drivers/toy/driver.js';
import { TOY_TOKEN, toyStandIn, type ToyStandIn } from '../../drivers/toy/stand-in.js';
import { NOW, testWorld, type World } from './world.js';

/** A world whose machines are at the toy cloud. */
export interface CloudWorld extends AsyncDisposable {
  readonly program: Program;
  readonly cloud: ToyStandIn;
  readonly world: World;
  /** What the host says of our connection's address. */
  caller: string | undefined;
  /** What a script of ours prints on a host. */
  printed: string;
  /** Fails every login while it is set. */
  silence: Error | undefined;
  /** The token that the environment holds. */
  token: string | undefined;
  wish(name: string, engine?: Partial<EngineOptions>, secrets?: Readonly<Record<string, string>>): CreateRequest;
}

export async function cloudWorld(): Promise<CloudWorld> {
  const world = await testWorld();
  const cloud = await toyStandIn();
  const hostOf = (host: Host): Host => ({
    ...host,
    run: async () => ({ stdout: `${own.caller ?? ''}\n`, stderr: '' }),
    runScript: async () => ({ stdout: own.printed, stderr: '' }),
  });
  const own: CloudWorld = {
    world,
    cloud,
    caller: '192.0.2.9',
    printed: '',
    silence: undefined,
    token: TOY_TOKEN,
    program: {
      ...world.program,
      pace: paces({ firstMs: 2 }),
      findDriver: (name) => (name === 'toy' ? toy : undefined),
      environmentSecrets: () => (own.token === undefined ? {} : { token: own.token }),
      connect: async (request) => {
        if (own.silence) throw own.silence;
        return hostOf(await world.program.connect(request));
      },
      provision: (host, wanted, context) =>
        world.program.provision(
          host,
          {
            ...wanted,
            certificates: (facts) =>
              wanted.certificates({ ...facts, ...(own.caller === undefined ? {} : { caller: own.caller }) }),
          },
          context,
        ),
    },
    wish: (name, engine = {}, secrets = {}) => ({
      machine: {
        ...planMachine({
          ...{ name: parseName(name), spec: toy, options: { endpoint: cloud.url }, tlsSans: [], now: NOW },
          engine: { ...DEFAULT_ENGINE, ...engine },
        }),
        enginePort: world.enginePort,
      },
      secrets,
    }),
    async [Symbol.asyncDispose]() {
      await cloud[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
  return own;
}
