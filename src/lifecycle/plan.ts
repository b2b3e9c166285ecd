import { randomBytes } from 'node:crypto';
import type { AnyDriverSpec, OptionTable, OptionsOf } from '../driver.js';
import type { MachineName } from '../name.js';
import type { EngineOptions, Machine, OptionValues, SwarmOptions } from '../record.js';

export interface MachineWish {
  readonly name: MachineName;
  readonly spec: AnyDriverSpec;
  readonly options: OptionValues;
  readonly engine: EngineOptions;
  readonly swarm?: SwarmOptions | undefined;
  readonly tlsSans: readonly string[];
  readonly now: Date;
}

/** The engine's registered port for TLS. */
const ENGINE_PORT = 2376;

/** The record of a machine that does not exist yet. */
export function planMachine({ name, spec, options, engine, swarm, tlsSans, now }: MachineWish): Machine {
  const given = options as OptionsOf<OptionTable>;
  const { user, port } = spec.login(given);
  const url = spec.url?.(given);
  return {
    name,
    id: randomBytes(8).toString('hex'),
    driver: spec.name,
    options,
    phase: 'planned',
    address: '',
    ssh: { user, port },
    enginePort: spec.enginePort?.(given) ?? ENGINE_PORT,
    transport: url === undefined ? { kind: 'tls' } : { kind: 'url', url },
    engine,
    ...(swarm ? { swarm } : {}),
    tlsSans,
    createdAt: now.toISOString(),
    document: {},
  };
}
