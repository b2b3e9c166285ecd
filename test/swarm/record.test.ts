import { describe, expect, it } from '@jest/globals';
import { parseClusterName } from '../../src/cluster-name.js';
import { parseName } from '../../src/name.js';
import type { Cluster } from '../../src/swarm/contract.js';
import { newCluster, parseCluster, printCluster } from '../../src/swarm/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { member } from './support/world.js';

const WEB = parseClusterName('web');

describe('the record of a cluster', () => {
  it('is read as it was written', () => {
    const cluster: Cluster = {
      ...newCluster(WEB, '2026-11-21T10:00:00Z'),
      id: 'ohj3',
      initOn: parseName('m1'),
      network: { scope: 'private', family: 4, cidr: '10.0.0.0/24', place: 'x/net-1', mtu: 1450 },
      members: [
        member('m1', 'manager', { zone: 'a', labels: { disk: 'ssd' } }),
        member('w1', 'worker', { availability: 'pause' }),
      ],
      leaving: [parseName('w2')],
      upgrading: [parseName('w1')],
      nodes: [{ id: 'n1', machine: parseName('m1') }],
      advertise: { kind: 'interface', name: 'wg0' },
      addressPool: ['10.128.0.0/9'],
      autolock: true,
      tokensDue: true,
    };

    const { document: _document, ...read } = parseCluster(printCluster(cluster), WEB);

    expect(read).toEqual(Object.fromEntries(Object.entries(cluster).filter(([key]) => key !== 'document')));
  });

  it('keeps what berth does not know', () => {
    const text = JSON.stringify({
      ...{ id: 'ohj3', owner: 'ops', initOn: 'm1' },
      members: [
        { machine: 'm1', role: 'manager', rack: 7, availability: 'drain' },
        { machine: 'w1', role: 'worker' },
      ],
    });
    const { id: _id, ...read } = parseCluster(text, WEB);

    const written = JSON.parse(printCluster({ ...read, members: [member('m1', 'worker')] })) as unknown;

    expect(written).toMatchObject({ version: 1, owner: 'ops', initOn: 'm1' });
    expect(written).toHaveProperty('members', [{ ...member('m1', 'worker'), rack: 7 }]);
    expect(written).not.toHaveProperty('id');
  });

  it('is what the engine would choose where nothing is written', () => {
    const { document: _document, ...read } = parseCluster('{}', WEB);

    expect(read).toEqual({
      ...{
        name: 'web',
        createdAt: '',
        members: [],
        leaving: [],
        upgrading: [],
        nodes: [],
        advertise: { kind: 'auto' },
        addressPool: [],
      },
      ...{
        subnetSize: 24,
        dataPathPort: 4789,
        encrypted: false,
        autolock: false,
        drainManagers: false,
        firewall: true,
      },
      ...{ tokensDue: false },
    });
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'it holds no object'],
    ['{"version": 2}', 'its version 2 is newer than 1'],
    ['{"members": [{"role": "manager"}]}', 'a machine in it has no name'],
    ['{"leaving": ["../x"]}', 'a machine in it has no name'],
  ])('%s is refused: %s', async (text, fact) => {
    const failure = await failureOf(() => parseCluster(text, WEB));

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: `cannot read the record of cluster "web": ${fact}`,
      exitCode: 2,
    });
  });
});
