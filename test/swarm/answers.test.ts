import { describe, expect, it } from '@jest/globals';
import { localNodeOf, nodeOf } from '../../src/swarm/answers.js';

/** As an engine of version 20.10 lists a manager. */
const MANAGER = {
  ID: 'n1',
  Version: { Index: 9 },
  Spec: { Labels: { zone: 'a' }, Role: 'manager', Availability: 'active' },
  Description: { Hostname: 'm1', Engine: { EngineVersion: '20.10.24' } },
  Status: { State: 'ready', Addr: '0.0.0.0' },
  ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '[2001:db8::1]:2377' },
};

describe('a node as an engine lists it', () => {
  it('is a manager at the address that other managers know', () => {
    expect(nodeOf(MANAGER)).toEqual({
      ...{ id: 'n1', hostname: 'm1', role: 'manager', leader: true, reachability: 'reachable', status: 'ready' },
      ...{ availability: 'active', engineVersion: '20.10.24', address: '2001:db8::1', labels: { zone: 'a' } },
    });
  });

  it('is no manager once it has no vote, whatever its role on paper', () => {
    const { ManagerStatus: _gone, ...lost } = MANAGER;

    expect(nodeOf({ ...lost, Status: { State: 'unknown', Addr: '192.0.2.1' } })).toEqual({
      ...{ id: 'n1', hostname: 'm1', role: 'worker', leader: false, status: 'unknown', availability: 'active' },
      ...{ engineVersion: '20.10.24', address: '192.0.2.1', labels: { zone: 'a' } },
    });
  });
});

describe("an engine's own part in a swarm", () => {
  it('is none where it says nothing that is known', () => {
    expect(localNodeOf({ Swarm: { LocalNodeState: 'new-fashioned' } })).toEqual({
      ...{ state: 'inactive', id: '', address: '', manager: false, remoteManagers: [], error: '' },
    });
  });

  it('names the managers that it knows, and why they are of no use', () => {
    const local = localNodeOf({
      Swarm: {
        ...{ LocalNodeState: 'active', NodeID: 'n1', NodeAddr: '10.0.0.1', ControlAvailable: true },
        RemoteManagers: [{ NodeID: 'n2', Addr: '10.0.0.2:2377' }],
        Error: 'rpc error: the swarm does not have a leader',
        Cluster: { ID: 'swarm' },
      },
    });

    expect(local).toEqual({
      ...{ state: 'active', id: 'n1', address: '10.0.0.1', manager: true, swarmId: 'swarm' },
      remoteManagers: [{ id: 'n2', address: '10.0.0.2:2377' }],
      error: 'rpc error: the swarm does not have a leader',
    });
  });
});
