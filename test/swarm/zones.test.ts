import { describe, expect, it } from '@jest/globals';
import { spreadOver } from '../../src/swarm/zones.js';

describe('the zones of new machines', () => {
  it.each([
    [['a', 'b', 'c'], 3, [], ['a', 'b', 'c']],
    [['a', 'b'], 3, [], ['a', 'b', 'a']],
    [['a', 'b', 'c'], 2, ['a', 'a', 'b'], ['c', 'b']],
    [['a', 'b'], 2, ['z'], ['a', 'b']],
    [[], 2, [], []],
  ])('of %j for %i beside %j are %j', (zones, count, taken, expected) => {
    expect(spreadOver(zones, count, taken)).toEqual(expected);
  });
});
