import { describe, expect, it } from '@jest/globals';

interface Module {
  readonly withoutSignature: (program: Buffer) => Buffer;
}

const FILE = '../../bin/executable/signature.js';
const { withoutSignature } = (await import(FILE)) as Module;

/** As much of a program for Windows as says where its signature is. */
function program(signature: Buffer): Buffer {
  const headers = Buffer.alloc(0x200);
  headers.writeUInt32LE(0x80, 0x3c);
  headers.writeUInt16LE(0x20b, 0x80 + 24);
  if (signature.length > 0) {
    headers.writeUInt32LE(headers.length, 0x80 + 24 + 112 + 32);
    headers.writeUInt32LE(signature.length, 0x80 + 24 + 112 + 36);
  }
  return Buffer.concat([headers, signature]);
}

describe('the Node for Windows', () => {
  it('loses its signature, and nothing else', () => {
    expect(withoutSignature(program(Buffer.from('signed!!')))).toEqual(program(Buffer.alloc(0)));
  });

  it('stays as it is without one', () => {
    const unsigned = program(Buffer.alloc(0));

    expect(withoutSignature(unsigned)).toBe(unsigned);
  });

  it('has to be one', () => {
    expect(() => withoutSignature(Buffer.alloc(0x200))).toThrow('this is no program for Windows');
  });
});
