import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testHome, type Home, type Ran } from '../cli/support/berth.js';

let home: Home;
beforeEach(() => {
  home = testHome();
});
afterEach(() => home[Symbol.dispose]());

const berth = (...args: string[]): Promise<Ran> => home.berth(args);
const create = (name: string, ...flags: string[]): Promise<Ran> =>
  berth('create', '-d', 'none', '--url', 'tcp://127.0.0.1:1', ...flags, name);
const DISCOVERY = '--swarm-discovery=token://abc';

describe("docker-machine's flags of swarms", () => {
  it('show in the SWARM column, in templates and in the filter of ls', async () => {
    await create('m1', '--swarm', '--swarm-master', DISCOVERY);
    await create('w1', '-swarm', DISCOVERY);
    await create('alone');

    const table = await berth('ls', '-f', 'table {{.Name}}\t{{.Swarm}}');
    const members = await berth('ls', '-q', '--filter', 'swarm=M1');

    expect(table.stdout).toBe('NAME    SWARM\nalone   \nm1      m1 (master)\nw1      m1\n');
    expect(members.stdout).toBe('m1\nw1\n');
  });

  it('stand in inspect', async () => {
    await create('w1', '--swarm', DISCOVERY);

    const { stdout } = await berth('inspect', '-f', '{{json .HostOptions.SwarmOptions}}', 'w1');

    expect(JSON.parse(stdout)).toMatchObject({ IsSwarm: true, Agent: true, Master: false, Discovery: 'token://abc' });
  });

  it('are warned of once where they mean nothing any more', async () => {
    const { stderr } = await create('w1', '--swarm', DISCOVERY, '--swarm-strategy=binpack', '--swarm-opt=a=b');

    expect(stderr.split('\n').filter((line) => line.startsWith('Warning'))).toEqual([
      "Warning: no effect of --swarm-strategy, --swarm-opt: the engine's own Swarm mode has nothing of the kind",
    ]);
  });

  it('are refused with another machine than a master, in env and in config', async () => {
    await create('w1', '--swarm', DISCOVERY);

    const [env, config] = [await berth('env', '--swarm', 'w1'), await berth('config', '--swarm', 'w1')];

    const refusal = 'Error: "w1" is not a swarm master; the --swarm flag is for use with swarm masters';
    expect([env, config].map(({ stdout, stderr, exitCode }) => [stdout, stderr.split('\n')[0], exitCode])).toEqual([
      ['', refusal, 2],
      ['', refusal, 2],
    ]);
  });
});
