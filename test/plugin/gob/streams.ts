import '../../helpers/realm.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GobDecoder } from '../../../src/plugin/gob/decode.js';
import { messagesOf } from '../../../src/plugin/gob/messages.js';
import type { GobValue } from '../../../src/plugin/gob/types.js';

/** Streams that Go wrote, by name: made by fixtures/gob.go. */
export function goStreams(): ReadonlyMap<string, Buffer> {
  const text = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'gob.txt'), 'utf8');
  const lines = text.trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', hex = ''] = line.split(': ');
      return [name, Buffer.from(hex, 'hex')];
    }),
  );
}

/** All values of a stream that arrives in chunks of so many bytes. */
export async function valuesOf(stream: Buffer, chunkBytes = stream.length): Promise<GobValue[]> {
  const messages = messagesOf(chunksOf(stream, chunkBytes));
  const decoder = new GobDecoder(async () => (await messages.next()).value ?? undefined);
  const values: GobValue[] = [];
  for (let value = await decoder.next(); value !== undefined; value = await decoder.next()) values.push(value);
  return values;
}

async function* chunksOf(stream: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < stream.length; at += size) yield stream.subarray(at, at + size);
}
