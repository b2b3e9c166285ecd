import { renderTemplate } from '../template.js';
import type { Distribution } from './distributions.js';
import { aptLocks } from './install.js';
import type { Step } from './plan.js';

/** Brings an engine that came as a package to the newest version of its source, and restarts it when that changed. */
export function upgradeStep({ manager }: Distribution): Step {
  return {
    title: 'Upgrading the engine',
    task: 'upgrade the engine',
    call: 'upgrade_engine',
    scripts: [
      ...(manager === 'apt' ? [aptLocks()] : []),
      renderTemplate('install/unit.sh', {}),
      ownScript(manager),
      renderTemplate('install/upgrade.sh', {}),
    ],
    files: [],
  };
}

function ownScript(manager: Distribution['manager']): string {
  return manager === 'dnf' || manager === 'yum'
    ? renderTemplate('install/upgrade-rpm.sh', { manager })
    : renderTemplate(`install/upgrade-${manager}.sh`, {});
}
