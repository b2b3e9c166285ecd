import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError } from '../../src/errors.js';
import type { Credentials, Surroundings } from './credentials.js';
import { gcloudFolder } from './gcloud.js';
import { metadataHost, metadataProject } from './metadata-server.js';

const VARIABLES = ['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT'];

/**
 * The project: as the option says, or the environment, the credentials, gcloud's settings, this computer's metadata server.
 * @throws MachineError BadOption
 */
export async function findProject(
  given: string | undefined,
  credentials: Credentials,
  { environment, signal }: Surroundings,
): Promise<string> {
  const variable = VARIABLES.map((name) => environment[name]).find(Boolean);
  const near = given || variable || credentials.project || (await gcloudProject(environment));
  const host = near ? undefined : await metadataHost(environment);
  const project = near ?? (host === undefined ? undefined : await metadataProject(host, signal));
  if (project) return project;
  throw new MachineError('BadOption', 'driver google wants a project, and neither credentials nor gcloud name one', {
    suggestions: ['Give --google-project', 'gcloud config set project PROJECT'],
  });
}

/** `project` of the section [core] of gcloud's active configuration. */
async function gcloudProject(environment: Surroundings['environment']): Promise<string | undefined> {
  const folder = gcloudFolder(environment);
  const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8').catch(() => '');
  const active = environment['CLOUDSDK_ACTIVE_CONFIG_NAME'] || (await read('active_config')).trim() || 'default';
  if (!/^[a-z][-a-z0-9]*$/i.test(active)) return undefined;
  const [, core = ''] = (await read(`configurations/config_${active}`)).split(/^\[core\]\s*$/m);
  return /^project\s*=\s*(\S+)\s*$/m.exec(core.split(/^\[/m)[0] ?? '')?.[1];
}
