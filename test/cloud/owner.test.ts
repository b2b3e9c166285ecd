import { ownerOf, ownerTags, resourceName } from '../../src/cloud/owner.js';

const HOST = { name: 'Web.1', id: '0123456789abcdef', store: 'fedcba9876543210' };

describe('the owner of a resource', () => {
  it('comes out of its tags as it went in', () => {
    expect(ownerOf(ownerTags(HOST))).toEqual({ machine: 'Web.1', machineId: HOST.id, store: HOST.store });
  });

  it.each([[{}], [{ 'berth-machine': 'web-1' }], [{ 'berth-id': '01' }], [{ name: 'web-1' }]])(
    'is nobody of ours with the tags %j',
    (tags) => {
      expect(ownerOf(tags)).toBeUndefined();
    },
  );

  it('is of no known store where that tag is missing', () => {
    expect(ownerOf({ 'berth-machine': 'web-1', 'berth-id': '01' })).toEqual({
      machine: 'web-1',
      machineId: '01',
      store: '',
    });
  });
});

describe('the name of a resource', () => {
  it.each([
    ['web-1', 'berth-web-1-01234567'],
    ['Web_1.example', 'berth-web-1-example-01234567'],
    ['a'.repeat(63), `berth-${'a'.repeat(40)}-01234567`],
    [`${'a'.repeat(39)}-b`, `berth-${'a'.repeat(39)}-01234567`],
  ])('of %s is %s', (name, wanted) => {
    expect(resourceName({ ...HOST, name })).toBe(wanted);
  });

  it('is one that every provider takes', () => {
    expect(resourceName({ ...HOST, name: 'x.'.repeat(31) + 'y' })).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])$/);
  });
});
