import { join } from 'node:path';
import type { AnyDriverSpec } from '../driver.js';
import type { JsonObject, Machine, TlsPaths } from '../record.js';
import { driverDocument } from './driver-document.js';
import { careDocument } from './care-document.js';
import { objectAt, overlay } from './fields.js';
import { USUAL_INSTALL_URL } from './migrate.js';

export interface StorePaths {
  readonly base: string;
  readonly folder: string;
  readonly tls: TlsPaths;
}

/**
 * The document of a machine as docker-machine 0.16.2 writes it (ConfigVersion 3, its keys in its order), then what else was
 * in it when it was read, then berth's own key.
 */
export function toDocument(machine: Machine, spec: AnyDriverSpec | undefined, paths: StorePaths): JsonObject {
  const { document: old } = machine;
  const hostOptions = objectAt(old, 'HostOptions');
  const set = {
    ConfigVersion: 3,
    Driver: driverDocument(machine, spec, paths.base),
    DriverName: machine.driver,
    HostOptions: overlay(
      { Driver: '', Memory: 0, Disk: 0, EngineOptions: {}, SwarmOptions: {}, AuthOptions: {} },
      hostOptions,
      {
        EngineOptions: engineDocument(machine, objectAt(hostOptions, 'EngineOptions')),
        SwarmOptions: overlay(
          SWARM,
          objectAt(hostOptions, 'SwarmOptions'),
          swarmDocument(machine, objectAt(hostOptions, 'SwarmOptions')),
        ),
        AuthOptions: authDocument(machine, objectAt(hostOptions, 'AuthOptions'), paths),
      },
    ),
    Name: machine.name,
  };
  const { Berth: _berth, ...rest } = overlay(
    { ConfigVersion: 3, Driver: {}, DriverName: '', HostOptions: {}, Name: '' },
    old,
    set,
  );
  return { ...rest, Berth: berthDocument(machine) };
}

/** Values that docker-machine's create writes without swarm flags. */
const SWARM: JsonObject = {
  IsSwarm: false,
  Address: '',
  Discovery: '',
  Agent: false,
  Master: false,
  Host: 'tcp://0.0.0.0:3376',
  Image: 'swarm:latest',
  Strategy: 'spread',
  Heartbeat: 0,
  Overcommit: 0,
  ArbitraryFlags: [],
  ArbitraryJoinFlags: [],
  Env: null,
  IsExperimental: false,
};

/** Of a machine that has left its swarm nothing stays; other records keep what docker-machine wrote. */
function swarmDocument({ swarm }: Machine, old: JsonObject): JsonObject {
  if (!swarm) return old['IsSwarm'] === true ? SWARM : {};
  return {
    IsSwarm: swarm.agent || swarm.master,
    Address: swarm.address,
    Discovery: swarm.discovery,
    Agent: swarm.agent,
    Master: swarm.master,
    Host: swarm.host,
    Image: swarm.image,
    Strategy: swarm.strategy,
    ArbitraryFlags: swarm.opts,
    ArbitraryJoinFlags: swarm.joinOpts,
    IsExperimental: swarm.experimental,
  };
}

function engineDocument({ engine }: Machine, old: JsonObject): JsonObject {
  const template = {
    ArbitraryFlags: [],
    Dns: null,
    GraphDir: '',
    Env: [],
    Ipv6: false,
    InsecureRegistry: [],
    Labels: [],
    LogLevel: '',
    StorageDriver: '',
    SelinuxEnabled: false,
    TlsVerify: true,
    RegistryMirror: [],
    InstallURL: '',
  };
  return overlay(template, old, {
    ArbitraryFlags: engine.opts,
    Env: engine.env,
    InsecureRegistry: engine.insecureRegistries,
    Labels: engine.labels,
    StorageDriver: engine.storageDriver,
    RegistryMirror: engine.registryMirrors,
    InstallURL: engine.installUrl || USUAL_INSTALL_URL,
  });
}

function authDocument({ tlsSans, tlsPaths }: Machine, old: JsonObject, { base, folder, tls }: StorePaths): JsonObject {
  const certs = join(base, 'certs');
  const custom = tlsPaths ?? tls;
  const set = {
    CertDir: certs,
    CaCertPath: custom.caCert ?? join(certs, 'ca.pem'),
    CaPrivateKeyPath: custom.caKey ?? join(certs, 'ca-key.pem'),
    CaCertRemotePath: '',
    ServerCertPath: join(folder, 'server.pem'),
    ServerKeyPath: join(folder, 'server-key.pem'),
    ClientKeyPath: custom.clientKey ?? join(certs, 'key.pem'),
    ServerCertRemotePath: '',
    ServerKeyRemotePath: '',
    ClientCertPath: custom.clientCert ?? join(certs, 'cert.pem'),
    ServerCertSANs: tlsSans,
    StorePath: folder,
  };
  return overlay(set, old, set);
}

/** What docker-machine's document has no place for. Without it (docker-machine drops it) all but the wishes can be derived. */
function berthDocument({
  id,
  phase,
  createdAt,
  options,
  resource,
  transport,
  engine,
  enginePort,
  ...care
}: Machine): JsonObject {
  return {
    Schema: 1,
    Id: id,
    Phase: phase,
    CreatedAt: createdAt,
    Transport: transport.kind,
    EnginePort: enginePort,
    EngineSource: engine.source,
    EngineBundle: engine.bundle,
    EngineVersion: engine.version,
    ...(engine.installAt === undefined ? {} : { EngineInstallAt: engine.installAt }),
    ...(engine.allow === undefined ? {} : { EngineAllow: engine.allow }),
    ...careDocument(engine, care),
    Options: options,
    ...(resource === undefined ? {} : { Resource: resource }),
  };
}
