import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testHome } from './support/berth.js';

/** What the default is too, and yet a wish that only the whole program fulfils. */
const WHOLE = { MACHINE_SSH_TIMEOUT: '300' };

const home = testHome();
beforeAll(async () => {
  for (const name of ['one', 'two', 'default', 'broken'])
    await home.berth(['create', '-d', 'none', '--url', `tcp://127.0.0.1:${name.length}`, name]);
  writeFileSync(join(home.store, 'machines/broken/config.json'), '{');
}, 60_000);
afterAll(() => home[Symbol.dispose]());

const LINES = [
  ...['ip', 'ip one', 'ip one two', 'ip one one', 'ip nobody', 'ip one nobody broken', 'ip no_name', 'ip broken'],
  ...['url', 'url two', 'url one two', 'url nobody', 'url broken'],
  ...[
    'env',
    'env one',
    'env -shell fish one',
    'env --shell=nu one',
    'env one two',
    'env nobody',
    'env -u',
    'env -u one',
  ],
  ...['env --unset --shell cmd', 'env --shell', 'env --no-proxy one', 'env --swarm one', '-s /nowhere env one'],
  ...['ls', 'ls -q', 'ls --quiet', 'ls one', '-s /nowhere ls', 'ls -s /nowhere -q', 'ls --filter name=o -q'],
  ...['shell-init', 'shell-init zsh', 'shell-init rc', 'shell-init bash zsh', 'machine shell-init fish'],
  ...['machine ip one', 'machine env two', 'machine url nobody'],
];

describe('a quick answer', () => {
  it.each(LINES)('to "%s" is that of the whole program', async (line) => {
    const quick = await home.berth(line.split(' '));
    const whole = await home.berth(line.split(' '), { env: WHOLE });

    expect(quick).toEqual(whole);
  });

  it('speaks as docker-machine where it is called so', async () => {
    const quick = await home.berth(['ip', 'nobody'], { calledAs: 'docker-machine' });
    const whole = await home.berth(['ip', 'nobody'], { calledAs: 'docker-machine', env: WHOLE });

    expect(quick).toEqual(whole);
    expect(quick.stderr).toContain('docker-machine ls');
  });
});
