import { sha256Of } from '../checksum.js';
import { MachineError } from '../errors.js';
import type { EngineOptions } from '../record.js';
import { renderTemplate } from '../template.js';
import { bundleFile } from './bundle.js';
import { isBeginning, newerVersion } from './bundle-version.js';
import type { Facts } from './contract.js';
import type { Step } from './plan.js';

/** Managers read their raft store before they are up, on slow disks too. */
const UP_WITHIN_SECONDS = 180;

export interface BundleUpgrade {
  readonly facts: Pick<Facts, 'arch' | 'engine'>;
  readonly engine: EngineOptions;
  readonly machineName: string;
  readonly repositoryUrl: string;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
}

/**
 * The local file of a bundle that an engine from a bundle shall be brought to; undefined where the host has it already.
 * @throws MachineError BadOption, ProvisionFailed where it is not to be had
 */
export async function newerBundle(upgrade: BundleUpgrade): Promise<string | undefined> {
  const { facts, engine, ...places } = upgrade;
  const { version = '', bundle: digest = '' } = facts.engine;
  const request = { ...places, arch: facts.arch };
  if (engine.bundle === '') {
    const newer = await newerVersion(engine.version, version, request);
    return newer === undefined ? undefined : bundleFile({ ...request, engine: { ...engine, version: newer } });
  }
  const path = await bundleFile({ ...request, engine, isRefreshed: true });
  if (digest === '' || (await sha256Of(path)) !== digest) return path;
  if (isBeginning(engine.version, version)) return undefined;
  const message = `the bundle of ${upgrade.machineName} holds engine ${version}, "${engine.version}" is wanted`;
  throw new MachineError('BadOption', message, { suggestions: ['Name another one: --engine-bundle FILE'] });
}

/** Puts the programs of the bundle in place and restarts the engine; the old ones come back where it does not answer. */
export function bundleUpgradeStep(localPath: string, version: string): Step {
  const withinSeconds = String(UP_WITHIN_SECONDS);
  return {
    title: 'Upgrading the engine (a static bundle)',
    task: 'upgrade the engine',
    call: 'upgrade_engine',
    scripts: [
      renderTemplate('install/bundle.sh', {}),
      renderTemplate('install/bundle-upgrade.sh', { version, withinSeconds }),
    ],
    files: [{ path: 'bundle.tgz', content: { localPath }, mode: 0o600 }],
  };
}
