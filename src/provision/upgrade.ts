import { MachineError } from '../errors.js';
import { renderTemplate } from '../template.js';
import type { Distribution } from './distributions.js';
import { aptLocks, packageScripts } from './install.js';
import type { Step } from './plan.js';

/** Package managers whose repositories keep older versions too. */
const CHOOSERS: ReadonlySet<Distribution['manager']> = new Set(['apt', 'dnf', 'yum']);

/**
 * Brings an engine that came as a package to a version, '' being the newest of its source, and restarts it when that changed.
 * @throws MachineError NotSupported where the distribution has no choice of versions, or its engine is no package
 */
export function upgradeStep({ manager, name }: Distribution, version: string): Step {
  refuseImage({ manager, name });
  if (version !== '' && !CHOOSERS.has(manager)) {
    throw new MachineError('NotSupported', `${manager} has one version of the engine, "${version}" cannot be chosen`, {
      suggestions: ['Leave out --engine-version, or give "latest"'],
    });
  }
  return {
    title: 'Upgrading the engine',
    task: 'upgrade the engine',
    call: 'upgrade_engine',
    scripts: [
      // What finds a version is the same as for an installation.
      ...(CHOOSERS.has(manager) ? packageScripts(manager, { engine: '', more: [] }, version) : []),
      renderTemplate('install/unit.sh', {}),
      ownScript(manager),
      renderTemplate('install/upgrade.sh', {}),
    ],
    files: [],
  };
}

/** All packages of the system. An engine that shall have a version of its own is left to its own step. @throws MachineError NotSupported */
export function systemStep({ manager, name }: Distribution, version: string): Step {
  refuseImage({ manager, name });
  return {
    title: 'Upgrading the packages of the system',
    task: 'upgrade the packages of the system',
    call: 'upgrade_system',
    scripts: [
      ...(manager === 'apt' ? [aptLocks()] : []),
      renderTemplate('install/upgrade-system.sh', { manager, pinned: version === '' ? 'no' : 'yes' }),
    ],
    files: [],
  };
}

function refuseImage({ manager, name }: Pick<Distribution, 'manager' | 'name'>): void {
  if (manager !== 'image') return;
  throw new MachineError(
    'NotSupported',
    `the engine of ${name} comes with its image, and cannot be upgraded by itself`,
    {
      suggestions: ['berth os build'],
    },
  );
}

function ownScript(manager: Distribution['manager']): string {
  return manager === 'dnf' || manager === 'yum'
    ? renderTemplate('install/upgrade-rpm.sh', { manager })
    : renderTemplate(`install/upgrade-${manager}.sh`, {});
}
