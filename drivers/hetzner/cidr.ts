/** A block as Hetzner takes and answers it: no bits behind the mask, IPv6 in its short form. */
export function canonicalBlock(source: string): string {
  const [address = '', bits = ''] = source.toLowerCase().split('/');
  const isV6 = address.includes(':');
  const width = isV6 ? 128 : 32;
  const length = bits === '' ? width : Number(bits);
  const behind = BigInt(width - length);
  const first = ((isV6 ? value6(address) : value4(address)) >> behind) << behind;
  return `${isV6 ? text6(first) : text4(first)}/${length}`;
}

function value4(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function text4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

/** URLs write IPv6 in its short form (RFC 5952), and take every other. */
function short(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function value6(address: string): bigint {
  const [before = '', after] = short(address).split('::');
  const groups = (text = ''): string[] => text.split(':').filter(Boolean);
  const [head, tail] = [groups(before), groups(after)];
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function text6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(16 * (7 - index))) & 0xffffn).toString(16));
  return short(groups.join(':'));
}
