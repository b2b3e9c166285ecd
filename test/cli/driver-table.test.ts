import { describe, expect, it } from '@jest/globals';
import { allDrivers } from '../../drivers/index.js';
import { optionRows } from '../../src/cli/driver-table.js';

const FAKE = {
  name: 'fake',
  title: 'Fake',
  options: {
    'disk-size': { kind: 'integer', default: 16, help: 'disk in GB' },
    'api-token': { kind: 'string', secret: true, env: 'FAKE_TOKEN', help: 'token' },
    region: { kind: 'string', default: 'here', env: 'FAKE_REGION', help: 'region' },
    name: { kind: 'string', required: true, help: 'what it is called' },
    'open-port': { kind: 'list', default: ['80', '443'], help: 'ports' },
    'ssh-user': { kind: 'string', default: 'root', help: 'user' },
    quiet: { kind: 'boolean', default: false, help: 'say less', flag: 'hush' },
  },
} as const;

describe('the options of a driver', () => {
  it('stand in groups, with their defaults and variables', () => {
    const rows = optionRows(FAKE).map((row) => [row.group, row.flag, row.default, row.env]);

    expect(rows).toEqual([
      ['Required', '--fake-name', '', ''],
      ['Credentials', '--fake-api-token', '', 'FAKE_TOKEN'],
      ['Place', '--fake-region', 'here', 'FAKE_REGION'],
      ['Login', '--fake-ssh-user', 'root', ''],
      ['Network', '--fake-open-port', '80,443', ''],
      ['Machine', '--fake-disk-size', '16', ''],
      ['Other', '--hush', '', ''],
    ]);
  });

  it.each(allDrivers())('of $name are all there, each once', (spec) => {
    const flags = optionRows(spec).map(({ flag }) => flag);

    expect(new Set(flags).size).toBe(flags.length);
    expect(flags).toHaveLength(Object.keys(spec.options).length);
  });
});
