import { describe, expect, it } from '@jest/globals';
import { nodeLabelsOf, placeOf } from '../../src/lifecycle/swarm-place.js';
import { parseName } from '../../src/name.js';
import type { Json, OptionValues } from '../../src/record.js';

const machine = (driver: string, options: OptionValues, resource?: Json): Parameters<typeof nodeLabelsOf>[0] => ({
  ...{ name: parseName('w1'), driver, options },
  ...(resource === undefined ? {} : { resource }),
});

describe('the labels of a node', () => {
  it.each([
    ['amazonec2', { region: 'eu-central-1', zone: 'a' }, undefined, { region: 'eu-central-1', zone: 'eu-central-1a' }],
    ['amazonec2', { region: 'eu-central-1', zone: 'a,b' }, undefined, { region: 'eu-central-1' }],
    [
      ...['amazonec2', { region: 'eu-central-1', zone: 'a,b' }],
      ...[{ attempt: { zone: 'eu-central-1b' } }, { region: 'eu-central-1', zone: 'eu-central-1b' }],
    ] as const,
    [
      'google',
      { zone: 'us-central1-a,us-central1-b' },
      { zone: 'us-central1-b' },
      { region: 'us-central1', zone: 'us-central1-b' },
    ],
    ['azure', { location: 'westus', 'availability-zone': '2' }, undefined, { region: 'westus', zone: '2' }],
    ['digitalocean', { region: 'nyc3' }, undefined, { region: 'nyc3' }],
    ['hetzner', { 'server-location': 'fsn1' }, undefined, { zone: 'fsn1' }],
    ['nspawn', {}, undefined, {}],
  ])('of %s with %j, kept as %j, have %j besides name and provider', (driver, options, resource, place) => {
    expect(nodeLabelsOf(machine(driver, options, resource))).toEqual({ machine: 'w1', provider: driver, ...place });
  });

  it("are followed by the machine's own, which go before them", () => {
    const labels = nodeLabelsOf({
      ...machine('hetzner', { 'server-location': 'fsn1' }),
      labels: { zone: 'x', a: '1' },
    });

    expect(labels).toEqual({ machine: 'w1', provider: 'hetzner', zone: 'x', a: '1' });
  });

  it('have the value of the option that members are spread over as their zone, where there is none', () => {
    const spread = { option: 'memory', values: ['512', '1024'] };

    expect(nodeLabelsOf(machine('nspawn', { memory: 512 }), spread)).toMatchObject({ zone: '512' });
  });
});

describe('the place of a machine', () => {
  it.each([
    ['nspawn', { subnet: '172.30.111.0/24' }, 'nspawn/172.30.111.0/24'],
    ['amazonec2', { region: 'eu-central-1', 'vpc-id': 'vpc-1' }, 'amazonec2/eu-central-1/vpc-1'],
    ['amazonec2', { region: 'eu-central-1' }, ''],
    ['hetzner', { networks: ['b', 'a'] }, 'hetzner/a,b'],
    ['generic', { 'ip-address': '192.0.2.7' }, ''],
  ])('of %s with %j is %j', (driver, options, place) => {
    expect(placeOf(machine(driver, options)).place).toBe(place);
  });
});
