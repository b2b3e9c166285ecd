import { describe, expect, it } from '@jest/globals';
import { bridgeMtu, overlayMtu, overlayOption } from '../../src/swarm/mtu.js';

describe('the MTU of overlay networks', () => {
  it.each([
    [1500, undefined, 1450, 1424],
    [1450, 1450, 1400, 1372],
    [1420, 1420, 1370, 1344],
    [1400, 1400, 1350, 1324],
    [9001, undefined, 1450, 1424],
  ])('over cards of %i is asked for as %s and leaves %i, encrypted %i', (card, option, plain, encrypted) => {
    expect([overlayOption(card), overlayMtu(card, false), overlayMtu(card, true)]).toEqual([option, plain, encrypted]);
  });
});

describe("docker_gwbridge's MTU", () => {
  it.each([
    [[], 1500],
    [[1500, 1450], 1450],
    [[9001], 1500],
  ])('beside cards of %j is %i', (cards, mtu) => {
    expect(bridgeMtu(cards.map((card) => ({ mtu: card })))).toBe(mtu);
  });
});
