import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { GobEncoder, TypedData, type GobType } from '../../../src/plugin/gob/encode.js';
import { GobAny } from '../../../src/plugin/gob/types.js';
import { testFolder } from '../../helpers/folder.js';
import { goBuild, hasGo, unlessGo } from '../support/go.js';
import { valuesOf } from './streams.js';

const REQUEST: GobType = { kind: 'struct', name: 'Request', fields: { ServiceMethod: 'string', Seq: 'uint' } };
const EMPTY: GobType = { kind: 'struct', name: '', fields: {} };
const POINT: GobType = { kind: 'struct', name: 'Point', fields: { X: 'int', Y: 'int' } };
const TEXTS: GobType = { kind: 'slice', elem: 'string' };
const EVERYTHING: GobType = {
  kind: 'struct',
  name: 'Everything',
  fields: {
    Yes: 'bool',
    Small: 'int',
    Low: 'int',
    High: 'uint',
    Half: 'float',
    Text: 'string',
    Raw: 'bytes',
    Numbers: { kind: 'array', elem: 'int', length: 3 },
    Words: TEXTS,
    Counts: { kind: 'map', key: 'string', elem: 'int' },
    Point: POINT,
    Any: 'interface',
    // Go has no such field and passes it over.
    Unknown: 'string',
  },
};
const FLAGS: GobType = {
  kind: 'struct',
  name: 'RPCFlags',
  fields: { Values: { kind: 'map', key: 'string', elem: 'interface' } },
};

const everything = {
  Yes: true,
  Small: -7,
  Low: -(2n ** 63n),
  High: 2n ** 64n - 1n,
  Half: 0.5,
  Text: 'text',
  Raw: Buffer.from('raw'),
  Numbers: [1, 2, 3],
  Words: ['x', 'y'],
  Counts: new Map([['one', 1]]),
  Point: { X: 3, Y: 4 },
  Any: new TypedData('main.Point', POINT, { X: 5, Y: 6 }),
  Unknown: 'u',
};
const flags = new TypedData('*rpcdriver.RPCFlags', FLAGS, {
  Values: new Map([
    ['s', new TypedData('string', 'string', 'text')],
    ['i', new TypedData('int', 'int', 7)],
    ['b', new TypedData('bool', 'bool', false)],
    ['l', new TypedData('[]string', TEXTS, ['a', 'b'])],
  ]),
});

function ourStream(): Buffer {
  const encoder = new GobEncoder();
  const tree = { kind: 'struct', name: 'Tree', fields: { Name: 'string' } } as const;
  return Buffer.concat([
    encoder.encode(REQUEST, { ServiceMethod: 'RPCServerDriver.GetVersion', Seq: 0 }),
    encoder.encode(EMPTY, {}),
    encoder.encode(EVERYTHING, everything),
    encoder.encode('interface', flags),
    encoder.encode(REQUEST, { ServiceMethod: 'RPCServerDriver.SetConfigRaw', Seq: 1 }),
    encoder.encode('bytes', Buffer.from('{"a":1}')),
    encoder.encode(tree, { Name: 'lonely' }),
    encoder.encode('int', -129),
  ]);
}

describe('GobEncoder', () => {
  it('writes the bytes that Go writes for the first call of a driver', () => {
    const encoder = new GobEncoder();

    const written = Buffer.concat([
      encoder.encode(REQUEST, { ServiceMethod: 'RPCServerDriver.GetVersion', Seq: 0 }),
      encoder.encode(EMPTY, {}),
    ]);

    const method = Buffer.from('RPCServerDriver.GetVersion').toString('hex');
    const definition =
      '2fff810301010752657175657374' +
      '01ff8200010201' +
      '0d536572766963654d6574686f64' +
      '010c000103536571' +
      '0106000000';
    expect(written.toString('hex')).toBe(`${definition}1fff82011a${method}000aff83030102ff8400000003ff8400`);
  });

  it('writes what our own decoder reads', async () => {
    const values = await valuesOf(ourStream());

    expect(values).toHaveLength(8);
    expect(values[2]).toEqual({ ...everything, Any: new GobAny('main.Point', { X: 5, Y: 6 }) });
  });

  (hasGo ? it : it.skip)(`writes what Go reads${unlessGo}`, () => {
    using folder = testFolder();
    const program = join(folder.path, 'gob');
    goBuild('gob.go', program);

    const read = execFileSync(program, ['read'], { input: ourStream().toString('hex'), encoding: 'utf8' });

    expect(read.trim().split('\n')).toEqual([
      '{"ServiceMethod":"RPCServerDriver.GetVersion","Seq":0} <nil>',
      '{} <nil>',
      '{"Yes":true,"Small":-7,"Low":-9223372036854775808,"High":18446744073709551615,"Half":0.5,"Text":"text","Raw":"cmF3",' +
        '"Numbers":[1,2,3],"Words":["x","y"],"Counts":{"one":1},"Point":{"X":3,"Y":4},"Any":{"X":5,"Y":6}} <nil>',
      '{"Values":{"b":false,"i":7,"l":["a","b"],"s":"text"}} <nil>',
      '{"ServiceMethod":"RPCServerDriver.SetConfigRaw","Seq":1} <nil>',
      '"eyJhIjoxfQ==" <nil>',
      '{"Name":"lonely","Children":null} <nil>',
      '-129 <nil>',
    ]);
  });

  it.each([
    ['string', 1, 'number is no string'],
    ['int', 'x', 'string is no int'],
  ] as const)('refuses data that is no %s', (type, data, message) => {
    expect(() => new GobEncoder().encode(type, data)).toThrow(message);
  });
});
