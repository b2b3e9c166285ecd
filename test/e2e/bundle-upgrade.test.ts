import { cpSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from './support/berth.js';
import { RealCluster } from './support/cluster.js';
import { describeEngines, EnginePackages, SHARED_LIBRARIES } from './support/engine-packages.js';

const MINUTES = 60_000;
/** It tells a version, and starts nothing. */
const BROKEN = '#!/bin/sh\n[ "$1" = --version ] && { echo "Docker version 99.0.0, build 0"; exit 0; }\nexit 1\n';

describeEngines('a cluster whose engines come from a static bundle', () => {
  const cluster = new RealCluster('packed');
  const { berth } = cluster;
  const machines = ['packed-manager-1', 'packed-worker-1'];
  let packages: EnginePackages;
  let bundles: { readonly first: string; readonly broken: string; readonly newer: string };
  let version: string;
  const versions = (): Promise<string[]> =>
    Promise.all(machines.map(async (one) => (await cluster.dockerOn(one, 'version', '-f', VERSION)).trim()));

  beforeAll(async () => {
    packages = await EnginePackages.download();
    const first = await packages.bundle();
    version = await versionOf(packages);
    const newer = await changed(packages, 'newer', (dockerd) => sh('sed', '-i', `s/${version}/20.10.99/g`, dockerd));
    const broken = await changed(packages, 'broken', async (dockerd) => writeFileSync(dockerd, BROKEN));
    bundles = { first, newer, broken };
    const host = ['-d', 'nspawn', ...['iptables', ...SHARED_LIBRARIES].flatMap((one) => ['--nspawn-packages', one])];
    await berth.ok('swarm', 'create', 'packed', '--managers', '1', '--workers', '1', ...host, '--engine-bundle', first);
  }, 8 * MINUTES);

  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    packages[Symbol.dispose]();
  }, 2 * MINUTES);

  it(
    'keeps its engines where the first of the new ones does not start, and goes no further',
    async () => {
      const before = await versions();

      const { code, stderr } = await berth.run('swarm', 'upgrade', 'packed', '--engine-bundle', bundles.broken);

      expect(code).toBe(4);
      expect(stderr).toContain('the new engine does not answer; putting the old one back');
      expect(stderr).toContain('Error: cannot upgrade the engine on packed-worker-1\n');
      expect(await versions()).toEqual(before);
      expect((await cluster.status()).due).not.toEqual([]);
    },
    3 * MINUTES,
  );

  it(
    'goes on with a bundle that is good, node by node, and every node is as it was',
    async () => {
      await berth.ok('swarm', 'upgrade', 'packed', '--engine-bundle', bundles.newer);

      expect((await versions()).map((one) => one.replace(/\+.*/, ''))).toEqual(['20.10.99', '20.10.99']);
      expect(await cluster.docker('node', 'ls', '--format', '{{.Status}} {{.Availability}}')).toBe(
        'Ready Active\n'.repeat(2),
      );
      expect((await cluster.status()).due).toEqual([]);
    },
    3 * MINUTES,
  );

  it(
    'needs nothing the second time, and one machine takes another bundle alone',
    async () => {
      const pids = (): Promise<string[]> =>
        Promise.all(machines.map((one) => berth.ok('ssh', one, 'pidof', 'dockerd', 'containerd')));
      const before = await pids();

      await berth.ok('swarm', 'upgrade', 'packed');
      const after = await pids();
      await berth.ok('upgrade', '--engine-bundle', bundles.first, 'packed-worker-1');

      expect(after).toEqual(before);
      const [manager = '', worker = ''] = await versions();
      expect([manager.replace(/\+.*/, ''), worker.startsWith(version)]).toEqual(['20.10.99', true]);
      expect(await berth.ok('ssh', 'packed-worker-1', 'ls -A /usr/local/bin')).not.toContain('.berth');
    },
    4 * MINUTES,
  );
});

const VERSION = '{{.Server.Version}}';

/** "20.10.24", of Debian's 20.10.24+dfsg1. */
async function versionOf({ folder }: EnginePackages): Promise<string> {
  const field = await sh(
    'dpkg-deb',
    '-f',
    ...(await sh('find', folder, '-name', 'docker.io_*.deb')).trim().split('\n'),
    'Version',
  );
  return /\d+\.\d+\.\d+/.exec(field)?.[0] ?? '';
}

/** The bundle once more, with another dockerd. */
async function changed(
  { folder }: EnginePackages,
  name: string,
  change: (dockerd: string) => Promise<unknown>,
): Promise<string> {
  const copy = join(folder, name, 'docker');
  cpSync(join(folder, 'stage', 'docker'), copy, { recursive: true });
  await change(join(copy, 'dockerd'));
  const path = join(folder, `${name}.tgz`);
  await sh('tar', '-C', join(folder, name), '-I', 'gzip -1', '-cf', `${path}.part`, 'docker');
  renameSync(`${path}.part`, path);
  return path;
}
