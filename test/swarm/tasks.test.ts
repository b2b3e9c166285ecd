import { describe, expect, it } from '@jest/globals';
import { untilDrained } from '../../src/swarm/tasks.js';

const NEVER = new AbortController().signal;

describe('a node that is drained', () => {
  it('is waited for until its task has ended and the one in its place runs elsewhere', async () => {
    const states: unknown[][] = [
      [task('old', 'running', 'running')],
      [task('old', 'shutdown', 'running'), task('new', 'ready', 'ready')],
      // The old one has ended, and the new one is not told to run yet.
      [task('old', 'shutdown', 'shutdown'), task('new', 'ready', 'ready')],
      [task('old', 'shutdown', 'shutdown'), task('new', 'running', 'starting')],
      [task('old', 'shutdown', 'shutdown'), task('new', 'running', 'running')],
    ];

    await untilDrained({ call: () => Promise.resolve(states.shift()) }, 'old', NEVER);

    expect(states).toEqual([]);
  });

  it('is not waited for where nothing but tasks of networks are left', async () => {
    const attachment = { NodeID: 'other', DesiredState: 'running', Status: { State: 'starting' } };

    await untilDrained({ call: () => Promise.resolve([attachment]) }, 'old', NEVER);
  });
});

function task(node: string, desired: string, state: string): unknown {
  return { NodeID: node, ServiceID: 'web', DesiredState: desired, Status: { State: state } };
}
