import { uintBytes, withLength } from '../../../src/plugin/gob/bytes.js';
import { GobEncoder, type GobType } from '../../../src/plugin/gob/encode.js';
import { GobAny } from '../../../src/plugin/gob/types.js';
import { failureOf, told } from '../../helpers/failure.js';
import { goStreams, valuesOf } from './streams.js';

const streams = goStreams();

describe('GobDecoder', () => {
  it.each([
    ['numbers', [0, 1, 127, 128, 255, 256, -1, -128, -129, 2n ** 63n - 1n, -(2n ** 63n)]],
    ['unsigned', [0, 127, 128, 2n ** 64n - 1n]],
    ['floats', [0, 1, -0.5, Math.PI, Infinity]],
    ['plain', [true, 'wx', 'größer', Buffer.from([0, 255]), ['a', ''], new Map([['b', -2]]), [true, false]]],
    ['empty struct', [{}, {}]],
    [
      'tree',
      [
        {
          Name: 'root',
          Children: [{ Name: 'leaf' }, { Name: 'twig', Children: [{ Name: 'bud' }] }],
        },
      ],
    ],
  ])('reads %s as Go wrote them', async (name, expected) => {
    const values = await valuesOf(streams.get(name)!);

    expect(values).toEqual(expected);
  });

  it('reads a struct with a field of every kind', async () => {
    const values = await valuesOf(streams.get('everything')!);

    expect(values).toEqual([
      {
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
        Any: new GobAny('main.Point', { X: 5, Y: 6 }),
        When: expect.any(Buffer) as Buffer,
        Waves: [1, -2],
      },
    ]);
  });

  it.each([1, 3, 7, 4096])('reads values whose types are defined within them, in chunks of %d bytes', async (size) => {
    const values = await valuesOf(streams.get('interfaces')!, size);

    expect(values).toEqual([
      {
        Before: 'b',
        Any: new GobAny('main.Holder', { Any: new GobAny('*main.Tree', { Name: 'deep' }), After: 'inner' }),
        After: 'a',
        Anys: [
          new GobAny('int', 1),
          new GobAny('string', 'two'),
          null,
          new GobAny('main.Point', { X: 7, Y: 8 }),
          new GobAny('[]string', ['three']),
          new GobAny('bool', true),
        ],
      },
      { Any: new GobAny('main.Point', { X: 9, Y: 10 }) },
    ]);
  });

  it('keeps a field called __proto__ a field', async () => {
    const type: GobType = { kind: 'struct', name: 'T', fields: { ['__proto__']: 'string' } };
    const stream = new GobEncoder().encode(type, JSON.parse('{"__proto__": "x"}') as never);

    const [value] = await valuesOf(stream);

    expect(Object.entries(value as object)).toEqual([['__proto__', 'x']]);
  });

  it.each([
    ['a message that claims 4 GiB', 'fcffffffff', 'a message of 4294967295 bytes, more than the limit of 4194304'],
    ['a message that claims 16 EiB', 'f8ffffffffffffffff', 'a message of more than 4294967295 bytes'],
    ['a string longer than its message', '050c00f7ffff', 'a number of 9 bytes'],
    ['a string that claims 64 KiB', '060c00feffff41', '65535 bytes announced, 1 there'],
    ['a value of a type nobody defined', '03ff8800', 'a value of the unknown type 68'],
    ['a definition of a reserved type', '0203' + '00', 'a definition of the reserved type 2'],
    ['a cut-off message', '050c00', 'the stream ends within a message'],
    ['a value without its zero', '030c0277', 'no zero before a value'],
  ])('refuses %s', async (_what, hex, fact) => {
    const failure = await failureOf(valuesOf(Buffer.from(hex, 'hex')));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: `malformed gob: ${fact}`, exitCode: 3 });
  });

  it('refuses a list that claims more items than there are bytes, without making room for them', async () => {
    const list = new GobEncoder().encode({ kind: 'slice', elem: 'int' }, []);
    const claim = withLength(Buffer.concat([list.subarray(-4, -2), uintBytes(0), uintBytes(2 ** 40)]));
    const before = process.memoryUsage().heapUsed;

    const failure = await failureOf(valuesOf(Buffer.concat([list.subarray(0, -5), claim])));

    expect(failure.message).toBe('malformed gob: 1 bytes announced, 0 there');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(16 * 1024 * 1024);
  });

  it('refuses a value of too many parts', async () => {
    const stream = new GobEncoder().encode({ kind: 'slice', elem: 'int' }, Array<number>(100_001).fill(1));

    const failure = await failureOf(valuesOf(stream));

    expect(failure.message).toBe('malformed gob: a value of more than 100000 parts');
  });

  it('refuses a value that is nested too deep', async () => {
    let type: GobType = 'int';
    let data: unknown = 1;
    for (let depth = 0; depth < 60; depth += 1) [type, data] = [{ kind: 'slice', elem: type }, [data]];

    const failure = await failureOf(valuesOf(new GobEncoder().encode(type, data as never)));

    expect(failure.message).toBe('malformed gob: more than 48 levels');
  });

  it('refuses more types than any driver has', async () => {
    const encoder = new GobEncoder();
    const streamsOfTypes = Array.from({ length: 513 }, () => encoder.encode({ kind: 'slice', elem: 'int' }, [1]));

    const failure = await failureOf(valuesOf(Buffer.concat(streamsOfTypes)));

    expect(failure.message).toBe('malformed gob: more than 512 types');
  });
});
