import { isIP } from 'node:net';
import { MachineError } from '../errors.js';
import { ANYWHERE } from './ports.js';

/** Whoever calls: the address that the host sees our SSH connection come from. */
export const CALLER = 'caller';
const ANY = 'any';

/** Sources as a user gives them: CIDR blocks, single addresses, `caller`, `any`. @throws MachineError BadOption */
export function parseSources(texts: readonly string[], option: string): readonly string[] {
  return texts.map((text) => {
    const word = text.trim().toLowerCase();
    const block = word === ANY || word === CALLER ? word : cidr(word);
    if (block !== undefined) return block;
    throw new MachineError('BadOption', `option --${option} wants CIDR, caller or any, got "${text}"`, {
      suggestions: [`--${option} 192.0.2.0/24`, `--${option} caller`, `--${option} any`],
    });
  });
}

/** The CIDR blocks of parsed sources, without repetitions; `caller` is an address, or undefined where it is not known. */
export function cidrBlocks(sources: readonly string[], caller: string | undefined): readonly string[] {
  const blocks = sources.flatMap((source) => {
    if (source === ANY) return ANYWHERE;
    return source === CALLER ? [cidr(caller ?? '') ?? []].flat() : [source];
  });
  return [...new Set(blocks)];
}

/** One address is a block of its own. Undefined for what is neither. */
function cidr(text: string): string | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  if (family === 0 || more.length > 0 || address.includes('%')) return undefined;
  if (bits === undefined) return `${address}/${longest}`;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= longest ? `${address}/${Number(bits)}` : undefined;
}
