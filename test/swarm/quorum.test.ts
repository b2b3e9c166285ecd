import { describe, expect, it } from '@jest/globals';
import {
  demotionFlaw,
  hasQuorum,
  majority,
  managerAdvice,
  pauseFlaw,
  promotionFlaw,
  refused,
  tolerates,
  type Voter,
} from '../../src/swarm/quorum.js';
import { told } from '../helpers/failure.js';

/** `+` answers, `-` does not; they are called m1, m2 … */
const voters = (signs: string): Voter[] =>
  [...signs].map((sign, index) => ({ id: `m${index + 1}`, reachable: sign === '+' }));

describe('quorum', () => {
  it.each([
    [1, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [4, 3, 1],
    [5, 3, 2],
    [7, 4, 3],
  ])('of %i managers is %i and bears the loss of %i', (managers, need, lost) => {
    expect([majority(managers), tolerates(managers)]).toEqual([need, lost]);
  });

  it.each([
    ['+', true],
    ['-', false],
    ['++-', true],
    ['+--', false],
    ['++--', false],
    ['', false],
  ])('with %s is there: %s', (signs, expected) => {
    expect(hasQuorum(voters(signs))).toBe(expected);
  });
});

describe('demoting', () => {
  it.each([
    ['+++', 'm1', undefined],
    ['++-', 'm3', undefined],
    ['++-', 'm1', '2 managers need 2; 1 would be left'],
    ['++--', 'm1', '3 managers need 2; 1 would be left'],
    ['++', 'm2', undefined],
    ['+', 'm1', 'it is the only manager'],
  ])('of %s, %s: %s', (signs, name, flaw) => {
    expect(demotionFlaw(voters(signs), name)).toBe(flaw);
  });
});

describe('one manager more', () => {
  it.each([
    ['+', undefined],
    ['++', undefined],
    ['++-', undefined],
    ['+--', '4 managers need 3; 2 would answer'],
  ])('beside %s: %s', (signs, flaw) => {
    expect(promotionFlaw(voters(signs))).toBe(flaw);
  });
});

describe('restarting an engine', () => {
  it.each([
    ['+++', 'm2', undefined],
    ['++-', 'm2', '3 managers need 2; 1 would be left'],
    ['++-', 'm3', undefined],
    ['+', 'm1', undefined],
    ['++', 'm1', undefined],
    ['+-', 'm1', '2 managers need 2; 0 would be left'],
  ])('of %s, %s: %s', (signs, name, flaw) => {
    expect(pauseFlaw(voters(signs), name)).toBe(flaw);
  });
});

describe('what is said of managers', () => {
  it.each([
    [1, []],
    [2, ['2 managers bear the loss of 0, as 1 do: better 1 or 3']],
    [3, []],
    [4, ['4 managers bear the loss of 1, as 3 do: better 3 or 5']],
    [9, ['9 managers: more than 7 make every change slower and the cluster no safer']],
  ])('%i of them: %j', (managers, advice) => {
    expect(managerAdvice(managers)).toEqual(advice);
  });

  it('names the step, the machine and the arithmetic when it is refused', () => {
    const error = refused('demote', 'm1', demotionFlaw(voters('++-'), 'm1') ?? '');

    expect(told(error)).toEqual({
      code: 'ClusterRefused',
      message: 'cannot demote "m1": 2 managers need 2; 1 would be left',
      exitCode: 2,
    });
  });
});
