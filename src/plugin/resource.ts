import type { JsonObject } from '../record.js';

/**
 * How far a create came that has not ended well: `begun` before the driver was told to create, `partial` once it said what it
 * has. Without a stage the resource is the driver's own JSON and nothing else, as docker-machine keeps it.
 */
export type Stage = 'begun' | 'partial';

const STAGE = 'BerthStage';

export function withStage(config: JsonObject, stage: Stage): JsonObject {
  return { ...config, [STAGE]: stage };
}

export function stageOf({ [STAGE]: stage }: JsonObject): Stage | undefined {
  return stage === 'begun' || stage === 'partial' ? stage : undefined;
}

/** The driver's own JSON. */
export function withoutStage({ [STAGE]: _stage, ...config }: JsonObject): JsonObject {
  return config;
}

/** What the record's `Driver` object gets: where the driver says nothing, or the store knows better, the store has the say. */
export function toStored(resource: JsonObject | undefined): JsonObject {
  const { StorePath: _path, MachineName: _name, ...config } = withoutStage(resource ?? {});
  const isSilent = (key: string, value: unknown): boolean =>
    ['IPAddress', 'SSHUser', 'SSHPort', 'SSHKeyPath'].includes(key) && (value === '' || value === 0);
  return Object.fromEntries(Object.entries(config).filter(([key, value]) => !isSilent(key, value)));
}

/** What docker-machine gives to a driver before anything else. */
export function blankConfig(name: string, storePath: string): JsonObject {
  return {
    IPAddress: '',
    MachineName: name,
    SSHUser: '',
    SSHPort: 0,
    SSHKeyPath: '',
    StorePath: storePath,
    SwarmMaster: false,
    SwarmHost: '',
    SwarmDiscovery: '',
  };
}
