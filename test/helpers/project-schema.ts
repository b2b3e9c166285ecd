import type { Interfaces } from '@oclif/core';
import { driverFlags } from '../../src/cli/driver-flags.js';
import { engineFlags } from '../../src/cli/engine-flags.js';
import { transportFlags } from '../../src/cli/transport-flags.js';
import { clusterFlags } from '../../src/cli/swarm-settings.js';
import type { AnyDriverSpec } from '../../src/driver.js';

type Schema = Readonly<Record<string, unknown>>;

const TEXT = { type: ['string', 'number'] };
const PORT = { description: '80, 443/tcp, 8000-8080/udp', ...TEXT };
const SOURCE = { description: 'CIDR, caller or any', type: 'string' };

/** templates/project/berth.schema.json as the flags say it: what editors know of a berth.yaml. */
export function projectSchema(drivers: readonly AnyDriverSpec[]): Schema {
  const shared = {
    driver: { description: 'driver to make it with', enum: ['local', ...drivers.map(({ name }) => name)] },
    ...propertiesOf(engineFlags),
  };
  const machine = {
    ...shared,
    ...propertiesOf(transportFlags),
    count: { description: 'make so many, NAME-1 to NAME-n', type: 'integer', minimum: 1, maximum: 100 },
    ports: {
      description: 'ports that are open in the firewall of the provider',
      type: 'array',
      items: {
        anyOf: [
          PORT,
          {
            type: 'object',
            properties: { port: PORT, from: { anyOf: [SOURCE, { type: 'array', items: SOURCE }] } },
            required: ['port'],
            additionalProperties: false,
          },
        ],
      },
    },
  };
  const ofDriver = drivers.map(({ name }) => ({
    if: { properties: { driver: { const: name } }, required: ['driver'] },
    then: { $ref: `#/$defs/${name}` },
  }));
  const section = (properties: Schema): Schema => ({
    type: 'object',
    additionalProperties: { type: ['object', 'null'], properties, allOf: ofDriver },
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Machines and clusters that berth apply brings about',
    type: 'object',
    properties: { machines: section(machine), clusters: section({ ...shared, ...propertiesOf(clusterFlags) }) },
    additionalProperties: false,
    $defs: Object.fromEntries(drivers.map((spec) => [spec.name, { properties: driverProperties(spec) }])),
  };
}

/** A driver's options, with and without its name in front; secrets do not belong in a file. */
function driverProperties(spec: AnyDriverSpec): Schema {
  const isSecret = (name: string): boolean => {
    const option = spec.options[name.slice(spec.name.length + 1)];
    return option?.kind === 'string' && option.secret === true;
  };
  const full = Object.entries(propertiesOf(driverFlags([spec]))).filter(([name]) => !isSecret(name));
  return Object.fromEntries(
    full.flatMap(([name, schema]) =>
      name.startsWith(`${spec.name}-`)
        ? [
            [name.slice(spec.name.length + 1), schema],
            [name, schema],
          ]
        : [[name, schema]],
    ),
  );
}

function propertiesOf(flags: Interfaces.FlagInput): Schema {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, schemaOf(flag)]));
}

function schemaOf(flag: Interfaces.FlagInput[string]): Schema {
  const { description = '' } = flag;
  if (flag.type === 'boolean') return { description, type: 'boolean' };
  if (flag.multiple === true) return { description, anyOf: [TEXT, { type: 'array', items: TEXT }] };
  return flag.options ? { description, enum: flag.options } : { description, ...TEXT };
}
