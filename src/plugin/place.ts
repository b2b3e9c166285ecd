import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';
import type { Json } from '../record.js';
import { findProgram } from '../search-path.js';

/** Where a driver binary stands, and what it works on. */
export interface PluginPlace {
  readonly name: string;
  /** The binary, absolute. */
  readonly path: string;
  /** The store's folder: drivers put their keys into it. Absolute. */
  readonly storePath: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The store's own reading and printing of JSON: ids of clouds are longer than a double's digits. */
  readonly parseJson: (text: string) => Json;
  readonly printJson: (value: Json) => string;
}

/** Names of drivers become names of files. */
const DRIVER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Drivers that docker-machine's own binary serves; those that berth has itself are never looked for here. */
const IN_DOCKER_MACHINE = [
  'amazonec2',
  'azure',
  'digitalocean',
  'exoscale',
  'google',
  'hyperv',
  'openstack',
  'rackspace',
  'softlayer',
  'virtualbox',
  'vmwarefusion',
  'vmwarevcloudair',
  'vmwarevsphere',
];

/** The binary of a driver among the folders of PATH: its own, or docker-machine where that is its server. */
export function findPlugin(name: string, path: string): string | undefined {
  if (!DRIVER_NAME.test(name)) return undefined;
  const folders = path.split(delimiter).filter(isAbsolute);
  const find = (file: string): string | undefined => findProgram(suffixed(file), folders);
  const own = find(`docker-machine-driver-${name}`);
  if (own !== undefined || !IN_DOCKER_MACHINE.includes(name)) return own;
  const server = find('docker-machine');
  // A script is no docker-machine but berth under that name, which serves no drivers.
  return server !== undefined && !isScript(server) ? server : undefined;
}

/** Names of all driver binaries in the folders of PATH, sorted. */
export function pluginNames(path: string): readonly string[] {
  const folders = path.split(delimiter).filter(isAbsolute);
  const names = folders
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
    .flatMap((file) => {
      const [, name = ''] = /^docker-machine-driver-(.+?)(?:\.exe)?$/.exec(file) ?? [];
      return DRIVER_NAME.test(name) && findPlugin(name, path) !== undefined ? [name] : [];
    });
  return [...new Set(names)].sort();
}

function suffixed(file: string): string {
  return process.platform === 'win32' ? `${file}.exe` : file;
}

function isScript(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(2);
    readSync(file, start);
    return start.toString('latin1') === '#!';
  } finally {
    closeSync(file);
  }
}
