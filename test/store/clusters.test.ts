import '../helpers/realm.js';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseClusterName } from '../../src/cluster-name.js';
import { openClusters } from '../../src/store/clusters.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';

const WEB = parseClusterName('web');

describe('the clusters of a store', () => {
  it('are none, and nothing is made, before the first write', async () => {
    using folder = testFolder();
    const clusters = openClusters(folder.path);

    expect(await clusters.list()).toEqual([]);
    expect([await clusters.exists(WEB), await clusters.secrets(WEB)]).toEqual([false, {}]);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('cannot be listed where their folder is none', async () => {
    using folder = testFolder();
    await writeFile(join(folder.path, 'swarm'), '');

    expect(told(await failureOf(openClusters(folder.path).list()))).toMatchObject({
      code: 'StoreUnusable',
      message: `cannot read ${join(folder.path, 'swarm')}`,
    });
  });

  it('are files that only their user can read, secrets apart', async () => {
    using folder = testFolder();
    const clusters = openClusters(folder.path);

    await clusters.write(WEB, '{}\n');
    await clusters.writeSecrets(WEB, { unlockKey: 'SWMKEY-1-x' });

    const modes = await Promise.all(
      ['swarm', 'swarm/web.json', 'swarm/web_secrets.json'].map(
        async (file) => (await stat(join(folder.path, file))).mode,
      ),
    );
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600']);
    expect([await clusters.read(WEB), await clusters.secrets(WEB)]).toEqual(['{}\n', { unlockKey: 'SWMKEY-1-x' }]);
  });

  it('are listed without what is no cluster', async () => {
    using folder = testFolder();
    const clusters = openClusters(folder.path);
    await mkdir(join(folder.path, 'swarm'));
    for (const file of ['web.json', 'api.json', 'web_secrets.json', '.hidden.json', 'notes.txt', 'web.json.tmpab12'])
      await writeFile(join(folder.path, 'swarm', file), '{}');

    expect(await clusters.list()).toEqual(['api', 'web']);
  });

  it('are removed with their secrets, twice as well as once', async () => {
    using folder = testFolder();
    const clusters = openClusters(folder.path);
    await clusters.write(WEB, '{}\n');
    await clusters.writeSecrets(WEB, { unlockKey: 'SWMKEY-1-x' });

    await clusters.remove(WEB);
    await clusters.remove(WEB);

    expect(await readdir(join(folder.path, 'swarm'))).toEqual([]);
  });

  it('are missed by name', async () => {
    using folder = testFolder();

    const failure = await failureOf(openClusters(folder.path).read(WEB));

    expect(told(failure)).toEqual({ code: 'ClusterNotFound', message: 'no cluster is called "web"', exitCode: 2 });
    expect(failure.suggestions).toEqual(['berth swarm ls', 'berth swarm create web']);
  });

  it('are worked on by one at a time, whatever a machine is called', async () => {
    using folder = testFolder();
    const clusters = openClusters(folder.path);
    const order: string[] = [];

    await clusters
      .locked(WEB, async () => {
        const second = clusters.locked(WEB, () => Promise.resolve(order.push('second')), {
          onWait: () => order.push('waits'),
        });
        while (order.length === 0) await new Promise(setImmediate);
        order.push('first');
        return { second };
      })
      .then(({ second }) => second);

    expect(order).toEqual(['waits', 'first', 'second']);
  });

  it('say who holds one when the wait is over', async () => {
    using folder = testFolder();
    const clusters = openClusters(folder.path);

    const failure = await clusters.locked(WEB, () =>
      failureOf(clusters.locked(WEB, () => Promise.resolve(), { withinMs: 20 })),
    );

    expect(told(failure)).toEqual({
      code: 'StoreLocked',
      message: `cluster "web" is worked on by process ${process.pid}`,
      exitCode: 2,
    });
  });
});
