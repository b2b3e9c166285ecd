import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { testHome, type Home } from '../cli/support/berth.js';

let home: Home;
let script: string;
beforeAll(async () => {
  home = testHome();
  script = (await home.berth(['completion', 'bash'])).stdout;
});
afterAll(() => home[Symbol.dispose]());

function words(key: string): string {
  const { stdout } = spawnSync('bash', ['-c', `eval "$SCRIPT"; __berth_words "${key}"; printf %s "$REPLY"`], {
    env: { PATH: process.env['PATH'], SCRIPT: script },
    encoding: 'utf8',
  });
  return stdout;
}

describe('completion', () => {
  it.each([
    { key: 'takes stop', offers: 'machines' },
    { key: 'takes swarm scale', offers: 'clusters' },
    { key: 'takes swarm join', offers: 'members' },
    { key: 'takes swarm create', offers: 'nothing' },
    { key: 'takes os rm', offers: 'images' },
    { key: 'takes scp', offers: 'paths' },
    { key: 'takes shell-init', offers: 'shells' },
    { key: 'takes ls', offers: 'nothing' },
    { key: 'values create --qemu-image', offers: '@images' },
    { key: 'values upgrade --os-image', offers: '@images' },
    { key: 'values env --shell', offers: '@shells' },
    { key: 'values create --qemu-arch', offers: 'host amd64 arm64' },
  ])('offers, for "$key", $offers', ({ key, offers }) => {
    expect(words(key)).toBe(offers);
  });
});
