import { randomBytes } from 'node:crypto';
import type { AnyDriverSpec, OptionTable, OptionsOf } from '../driver.js';
import type { MachineName } from '../name.js';
import type { EngineOptions, Machine, OptionValues, SwarmOptions, Transport } from '../record.js';

export interface MachineWish {
  readonly name: MachineName;
  readonly spec: AnyDriverSpec;
  readonly options: OptionValues;
  readonly engine: EngineOptions;
  readonly swarm?: SwarmOptions | undefined;
  readonly tlsSans: readonly string[];
  /** 'ssh': the engine has no port, and clients reach its socket through SSH. Absent is 'tls'. */
  readonly transport?: 'tls' | 'ssh' | undefined;
  readonly now: Date;
}

/** The engine's registered port for TLS. */
const ENGINE_PORT = 2376;

/** The record of a machine that does not exist yet. */
export function planMachine({ name, spec, options, engine, swarm, tlsSans, transport, now }: MachineWish): Machine {
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
    transport: plannedTransport(url, transport),
    engine,
    ...(swarm ? { swarm } : {}),
    tlsSans,
    createdAt: now.toISOString(),
    document: {},
  };
}

/** The socket's place is known once the record has one. */
function plannedTransport(url: string | undefined, transport: MachineWish['transport']): Transport {
  if (url !== undefined) return { kind: 'url', url };
  return transport === 'ssh' ? { kind: 'tunnel', socket: '' } : { kind: 'tls' };
}
