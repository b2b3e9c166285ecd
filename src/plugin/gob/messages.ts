import { LIMITS, malformed } from './types.js';

/**
 * Parts a byte stream into gob's messages, each without its length. Nothing is allocated for what is only announced.
 * @throws MachineError DriverFailed on a message beyond the limit and on a stream that ends within one
 */
export async function* messagesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let parts: Buffer[] = [];
  let there = 0;
  let wanted = 1;
  for await (const chunk of chunks) {
    parts.push(chunk);
    there += chunk.length;
    while (there >= wanted) {
      const bytes: Buffer = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      const frame = frameOf(bytes);
      wanted = frame.end;
      if (frame.start !== undefined && there >= wanted) {
        yield bytes.subarray(frame.start, frame.end);
        there -= frame.end;
        wanted = 1;
        parts = [bytes.subarray(frame.end)];
      } else parts = [bytes];
    }
  }
  if (there > 0) throw malformed('the stream ends within a message');
}

/** Where the first message starts and ends; without a start, how many bytes its length takes. */
function frameOf(bytes: Buffer): { readonly start?: number; readonly end: number } {
  const first = bytes[0] ?? 0;
  if (first < 0x80) return { start: 1, end: 1 + first };
  const size = 0x100 - first;
  // More than four bytes of length are beyond the limit whatever they say.
  if (size > 4) throw malformed('a message of more than 4294967295 bytes');
  if (bytes.length < 1 + size) return { end: 1 + size };
  const length = bytes.readUIntBE(1, size);
  if (length > LIMITS.messageBytes)
    throw malformed(`a message of ${length} bytes, more than the limit of ${LIMITS.messageBytes}`);
  return { start: 1 + size, end: 1 + size + length };
}
