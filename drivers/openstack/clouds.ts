import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { MachineError } from '../../src/errors.js';
import { together } from '../../src/cloud/together.js';
import { isObject } from '../../src/json.js';
import { plain } from './values.js';
import { wordsOfCloud, type Words } from './words.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Mapping = Readonly<Record<string, unknown>>;

/**
 * One entry of clouds.yaml with that of secure.yaml over it, found as openstacksdk finds them ("Configuring OpenStack SDK
 * Applications"): OS_CLIENT_CONFIG_FILE, the current folder, ~/.config/openstack, /etc/openstack; the first file wins.
 * @throws MachineError CredentialsMissing
 */
export async function wordsOf(cloud: string, environment: Environment): Promise<Words> {
  const [clouds, secure] = await together([
    cloudsIn('clouds', environment['OS_CLIENT_CONFIG_FILE'], environment),
    cloudsIn('secure', environment['OS_CLIENT_SECURE_FILE'], environment),
  ]);
  const entry = mapping(clouds?.clouds[cloud]);
  if (!clouds || Object.keys(entry).length === 0) throw unknown(cloud, clouds);
  const words = merged(entry, mapping(secure?.clouds[cloud]));
  if (/^v?2/.test(plain(words['identity_api_version'])))
    throw new MachineError('BadOption', `cloud "${cloud}" wants Keystone v2, which is retired: v3 is spoken`, {
      suggestions: [`Remove identity_api_version in ${clouds.path}`],
    });
  return wordsOfCloud(words);
}

interface File {
  readonly path: string;
  readonly clouds: Mapping;
}

async function cloudsIn(stem: string, named: string | undefined, environment: Environment): Promise<File | undefined> {
  for (const path of named ? [named] : places(stem, environment)) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return { path, clouds: mapping(mapping(parsed(text, path))['clouds']) };
  }
  return undefined;
}

function places(stem: string, { HOME: home, XDG_CONFIG_HOME: config }: Environment): readonly string[] {
  const own = config || (home ? join(home, '.config') : '');
  const folders = ['.', ...(own ? [join(own, 'openstack')] : []), '/etc/openstack'];
  return folders.flatMap((folder) => ['yaml', 'yml', 'json'].map((type) => join(folder, `${stem}.${type}`)));
}

/** @throws MachineError CredentialsMissing; without a cause, since that would show a line of the file */
function parsed(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new MachineError('CredentialsMissing', `this is no YAML: "${path}"`);
  }
}

function merged(base: Mapping, over: Mapping): Mapping {
  return { ...base, ...over, auth: { ...mapping(base['auth']), ...mapping(over['auth']) } };
}

function mapping(value: unknown): Mapping {
  return isObject(value) ? value : {};
}

function unknown(cloud: string, file: File | undefined): MachineError {
  if (!file)
    return new MachineError('CredentialsMissing', `there is no clouds.yaml with the cloud "${cloud}"`, {
      suggestions: ['Put it into ~/.config/openstack/clouds.yaml', 'export OS_CLIENT_CONFIG_FILE=…', 'unset OS_CLOUD'],
    });
  const names = Object.keys(file.clouds).slice(0, 5).join(', ');
  return new MachineError('CredentialsMissing', `there is no cloud "${cloud}" in clouds.yaml`, {
    suggestions: [names === '' ? `Add it to ${file.path}` : `Take one of ${file.path}: ${names}`],
  });
}
