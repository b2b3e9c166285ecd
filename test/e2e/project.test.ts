import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Berth } from './support/berth.js';
import { leftovers } from './support/leftovers.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;
const HOST = '{ driver: nspawn, packages: [docker.io] }';

const file = (workers: number, tier: string, more = ''): string => `
machines:
  lone: ${HOST}
clusters:
  fleet:
    driver: nspawn
    packages: [docker.io]
    managers: 1
    workers: ${workers}
    label: [tier=${tier}]
${more}`;

const withExtra = (yaml: string): string => yaml.replace('\nclusters:', `\n  extra: ${HOST}\nclusters:`);

describeReal('a file of machines and clusters', () => {
  const berth = new Berth();
  const path = join(berth.home, 'berth.yaml');
  const run = (verb: string, yaml: string, ...more: string[]): Promise<string> => {
    writeFileSync(path, yaml);
    return berth.ok(verb, '-f', path, ...more);
  };
  const nodes = async (): Promise<string[]> => {
    const { nodes: all } = JSON.parse(await berth.ok('swarm', 'status', '--json', 'fleet')) as {
      readonly nodes: readonly { readonly machine: string; readonly status: string }[];
    };
    return all.map(({ machine, status }) => `${machine} ${status}`);
  };
  const docker = async (...args: readonly string[]): Promise<string> =>
    (await berth.docker('fleet-manager-1', args, undefined, ['--swarm'])).stdout.trim();

  afterAll(async () => {
    await berth.run('destroy', '-y', '-f', path);
    await berth.run('swarm', 'rm', '-y', 'fleet');
    await berth.run('rm', '-f', ...(await berth.ok('ls', '-q')).split('\n').filter((name) => name !== ''));
    berth[Symbol.dispose]();
  }, MINUTES);

  it(
    'is planned, brought about, and nothing the second time',
    async () => {
      const yaml = file(1, 'front');
      const planned = await run('plan', yaml);

      const applied = await run('apply', yaml, '-y');
      const again = await run('apply', yaml, '-y');

      expect(planned).toBe('+ machine lone (nspawn)\n+ cluster fleet\n');
      expect(applied).toBe(`${planned}Everything is as the file says.\n`);
      expect(again).toBe('Nothing to do.\n');
      expect(await nodes()).toEqual(['fleet-manager-1 ready', 'fleet-worker-1 ready']);
      expect(await docker('node', 'inspect', '--format', '{{json .Spec.Labels}}', 'fleet-worker-1')).toBe(
        '{"machine":"fleet-worker-1","provider":"nspawn","tier":"front"}',
      );
    },
    5 * MINUTES,
  );

  it(
    'is followed where it is edited, as the plan has said',
    async () => {
      const yaml = file(2, 'back', '    engine-label: [rack=7]\n');
      const planned = await run('diff', yaml);

      await run('apply', yaml, '-y');

      expect(planned).toBe(
        '~ cluster fleet\n    workers: 1 → 2\n    label tier: front → back\n    engine labels: nothing → rack=7\n',
      );
      expect(await run('plan', yaml)).toBe('Nothing to do.\n');
      expect(await nodes()).toEqual(['fleet-manager-1 ready', 'fleet-worker-1 ready', 'fleet-worker-2 ready']);
      const machines = ['fleet-manager-1', 'fleet-worker-1', 'fleet-worker-2'];
      const tiers = machines.map((node) => docker('node', 'inspect', '--format', '{{.Spec.Labels.tier}}', node));
      expect(await Promise.all(tiers)).toEqual(['back', 'back', 'back']);
      const racks = machines.map((machine) => berth.docker(machine, ['info', '--format', '{{json .Labels}}']));
      expect((await Promise.all(racks)).map(({ stdout }) => stdout.includes('"rack=7"'))).toEqual([true, true, true]);
    },
    5 * MINUTES,
  );

  it(
    'makes a machine that is added, and joins it; follows another transport, and lets a member go',
    async () => {
      const grown = withExtra(file(2, 'back', `    engine-label: [rack=7]\n    worker: [extra]\n`));
      const planned = await run('plan', grown);
      await run('apply', grown, '-y');
      const joined = await nodes();
      const shrunk = withExtra(file(2, 'back', '    engine-label: [rack=7]\n')).replace(
        'lone: {',
        'lone: { transport: ssh,',
      );
      const shrinking = await run('plan', shrunk);

      await run('apply', shrunk, '-y');

      expect(planned).toBe('+ machine extra (nspawn)\n~ cluster fleet\n    extra: no member → worker\n');
      expect(joined).toContain('extra ready');
      expect(shrinking).toBe(
        '~ machine lone\n    transport: tls → ssh\n~ cluster fleet\n    extra: worker → no member\n',
      );
      expect(await run('plan', shrunk)).toBe('Nothing to do.\n');
      expect((await nodes()).some((node) => node.startsWith('extra'))).toBe(false);
      expect(await berth.ok('ls', '-q')).toContain('extra\n');
      expect(await berth.ok('url', 'lone')).toMatch(/^unix:\/\//);
    },
    5 * MINUTES,
  );

  it(
    'is destroyed without a trace',
    async () => {
      const said = await run('destroy', withExtra(file(2, 'back')), '-y');

      expect(said).toBe('- cluster fleet\n- machine lone\n- machine extra\n');
      expect(await berth.ok('ls', '-q')).toBe('');
      expect(await leftovers('lone', 'extra', 'fleet-manager-1', 'fleet-worker-[12]')).toEqual([]);
    },
    2 * MINUTES,
  );
});
