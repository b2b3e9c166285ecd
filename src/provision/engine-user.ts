import { renderTemplate } from '../template.js';
import type { Facts, Wanted } from './contract.js';
import type { Step } from './plan.js';

/** Lets the login user of an engine that is reached over SSH alone connect to its socket. */
export function engineUserSteps({ user, engine }: Facts, { socketOnly }: Wanted): readonly Step[] {
  if (socketOnly !== true || user === 'root' || engine.admitsUser) return [];
  return [
    {
      title: `Letting ${user} use the engine`,
      task: `let ${user} use the engine`,
      call: 'admit_user',
      scripts: [renderTemplate('install/engine-user.sh', { user })],
      files: [],
    },
  ];
}
