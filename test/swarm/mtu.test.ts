import { describe, expect, it } from '@jest/globals';
import { bridgeMtu, overlayOption } from '../../src/swarm/mtu.js';

describe('the MTU of overlay networks', () => {
  it.each([
    [1500, undefined],
    [1450, 1450],
    [1400, 1400],
    [9001, undefined],
  ])('over cards of %i is asked for as %s', (card, option) => {
    expect(overlayOption(card)).toBe(option);
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
