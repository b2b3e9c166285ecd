/** Of a PE file: where the offset of its header stands, and in the header those of what is read here ("PE Format", Microsoft). */
const PE = { header: 0x3c, optional: 24, directories: { 0x10b: 96, 0x20b: 112 } };
/** The data directory that names the certificate table: eight bytes each, this is the fifth. */
const CERTIFICATES = 4 * 8;

/** A program for Windows without its signature, which was made for the file as it was: with another content it would be a broken one. */
export function withoutSignature(program) {
  const optional = program.readUInt32LE(PE.header) + PE.optional;
  const directories = PE.directories[program.readUInt16LE(optional)];
  if (directories === undefined) throw new Error('this is no program for Windows');
  const entry = optional + directories + CERTIFICATES;
  const [at, size] = [program.readUInt32LE(entry), program.readUInt32LE(entry + 4)];
  if (size === 0) return program;
  if (at + size !== program.length) throw new Error('the signature is not at the end of the program');
  const unsigned = Buffer.from(program.subarray(0, at));
  unsigned.fill(0, entry, entry + 8);
  return unsigned;
}
