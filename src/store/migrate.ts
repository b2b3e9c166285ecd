import type { Json, JsonObject } from '../record.js';
import { field, numberAt, objectAt, textAt } from './fields.js';
import { folderOf } from './stored-path.js';

/** Stands in every record that docker-machine made without --engine-install-url. */
export const USUAL_INSTALL_URL = 'https://get.docker.com';

/** A record of docker-machine's versions 0 to 2 with the keys of version 3; paths that follow from its place are left out. */
export function migrate(document: JsonObject): JsonObject {
  const version = numberAt(document, 'ConfigVersion');
  if (version === 0) return fromVersion0(document);
  return version < 3 ? fromVersion1(document) : document;
}

/** Version 0 was flat; of a HostOptions object that stands in one docker-machine takes no notice. */
function fromVersion0(old: JsonObject): JsonObject {
  const swarm = {
    Host: textAt(old, 'SwarmHost'),
    Master: field(old, 'SwarmMaster') === true,
    Discovery: textAt(old, 'SwarmDiscovery'),
  };
  const flat = [
    'StorePath',
    'CaCertPath',
    'PrivateKeyPath',
    'ServerCertPath',
    'ServerKeyPath',
    'ClientCertPath',
    'ClientKeyPath',
    'SwarmHost',
    'SwarmMaster',
    'SwarmDiscovery',
    'HostOptions',
  ];
  return {
    ...without(old, flat),
    HostOptions: { EngineOptions: { TlsVerify: true, InstallURL: USUAL_INSTALL_URL }, SwarmOptions: swarm },
  };
}

/** Version 1 named the authority's key otherwise, and no folder of certificates: it lay in the store's, two above the machine's. */
function fromVersion1(old: JsonObject): JsonObject {
  const hostOptions = objectAt(old, 'HostOptions');
  const auth = objectAt(hostOptions, 'AuthOptions');
  const machineFolder = textAt(old, 'StorePath');
  const added = {
    CertDir: textAt(auth, 'CertDir') || (machineFolder && `${folderOf(folderOf(machineFolder))}/certs`),
    CaPrivateKeyPath: textAt(auth, 'CaPrivateKeyPath') || textAt(auth, 'PrivateKeyPath'),
  };
  return {
    ...without(old, ['StorePath', 'HostOptions']),
    HostOptions: {
      ...without(hostOptions, ['AuthOptions']),
      AuthOptions: { ...without(auth, ['PrivateKeyPath', ...Object.keys(added)]), ...added },
    },
  };
}

function without(object: JsonObject, keys: readonly string[]): Record<string, Json | undefined> {
  const dropped = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(object).filter(([key]) => !dropped.has(key.toLowerCase())));
}
