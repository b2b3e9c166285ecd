import type { Change } from '../lifecycle/project.js';

/** What a change will do, one line for the plan that is shown before anything happens. */
export function changeText(change: Change): string {
  switch (change.kind) {
    case 'create':
      return `+ machine ${change.machine.request.machine.name} (${change.machine.spec.name})`;
    case 'finish':
      return `+ machine ${change.machine.request.machine.name} (${change.machine.spec.name}), which an earlier run has begun`;
    case 'change':
      return [`~ machine ${change.record.name}`, ...change.differences.map((line) => `    ${line}`)].join('\n');
    case 'create cluster':
      return `+ cluster ${change.cluster.name}`;
    case 'change cluster':
      return [`~ cluster ${change.cluster.name}`, ...change.differences.map((line) => `    ${line}`)].join('\n');
  }
}

/** The same as data. */
export function changeJson(change: Change): object {
  switch (change.kind) {
    case 'create':
    case 'finish':
      return { action: change.kind, machine: change.machine.request.machine.name, driver: change.machine.spec.name };
    case 'change':
      return { action: 'change', machine: change.record.name, differences: change.differences };
    case 'create cluster':
      return { action: 'create', cluster: change.cluster.name };
    case 'change cluster':
      return { action: 'change', cluster: change.cluster.name, differences: change.differences };
  }
}
