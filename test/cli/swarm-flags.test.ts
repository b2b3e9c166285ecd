import { describe, expect, it } from '@jest/globals';
import { swarmOptions, vainSwarmFlags } from '../../src/cli/swarm-flags.js';
import { DEFAULT_SWARM } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';

/** As oclif hands them over when nothing was given. */
const NONE = {
  'swarm-discovery': '',
  'swarm-addr': '',
  'swarm-host': 'tcp://0.0.0.0:3376',
  'swarm-image': 'swarm:latest',
  'swarm-strategy': 'spread',
};
const MEMBER = { ...DEFAULT_SWARM, agent: true };

describe('the flags of a swarm', () => {
  it('ask for nothing where none is given', () => {
    expect(swarmOptions(NONE)).toBeUndefined();
  });

  it('become options, every one of them', () => {
    const swarm = swarmOptions({
      ...NONE,
      swarm: true,
      'swarm-master': true,
      'swarm-discovery': 'token://abc',
      'swarm-addr': '10.0.0.5',
      'swarm-opt': ['heartbeat=5s'],
      'swarm-join-opt': ['ttl=20s'],
      'swarm-experimental': true,
    });

    expect(swarm).toEqual({
      ...DEFAULT_SWARM,
      agent: true,
      master: true,
      discovery: 'token://abc',
      address: '10.0.0.5',
      opts: ['heartbeat=5s'],
      joinOpts: ['ttl=20s'],
      experimental: true,
    });
  });

  it.each(['nope', 'token:/x'])('refuse the discovery string %s', async (text) => {
    const failure = await failureOf(() => swarmOptions({ ...NONE, 'swarm-discovery': text }));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `option --swarm-discovery wants a URL such as token://NAME, got "${text}"`,
      exitCode: 2,
    });
  });

  it.each(['token://', 'token://6856663cdefdec325839a4b7e1de38e8', 'consul://10.0.0.1:8500', 'nodes://a,b', '://'])(
    'take the discovery string %s',
    (text) => {
      expect(swarmOptions({ ...NONE, 'swarm-discovery': text })?.discovery).toBe(text);
    },
  );

  it('refuse an address that cannot be one', async () => {
    const failure = await failureOf(() => swarmOptions({ ...NONE, 'swarm-addr': 'a b' }));

    expect(failure.message).toBe('option --swarm-addr wants an IP address of the host, got "a b"');
  });
});

describe('the warning of flags without effect', () => {
  it.each([
    [MEMBER, ['swarm', 'swarm-discovery', 'swarm-addr', 'driver'], undefined],
    [
      MEMBER,
      ['swarm', 'swarm-strategy', 'swarm-opt'],
      "no effect of --swarm-strategy, --swarm-opt: the engine's own Swarm mode has nothing of the kind",
    ],
    [undefined, ['swarm-discovery'], 'no effect of --swarm-discovery: neither --swarm nor --swarm-master is given'],
    [undefined, ['driver'], undefined],
  ])('of %j and %j is one sentence or none', (swarm, typed, warning) => {
    expect(vainSwarmFlags(swarm, new Set(typed))).toBe(warning);
  });
});
