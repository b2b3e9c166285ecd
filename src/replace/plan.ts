import { KERNEL_COMMAND_LINE } from '../os/contract.js';
import type { Addresses, Replacement, ReplaceWish, ServerFacts, ServerNetwork } from './contract.js';
import { diskToErase, refuseServer, refuseWithoutKeys } from './refuse.js';

/** The first process of the new kernel: the installation, in the archive that travels with it. */
const FIRST_PROCESS = 'rdinit=/install/init';

/** @throws MachineError UnsupportedHost, ProvisionFailed, BadOption */
export function planReplacement(facts: ServerFacts, wish: ReplaceWish): Replacement {
  refuseServer(facts, wish);
  const disk = diskToErase(facts, wish);
  const authorizedKeys = keysOf(facts, wish);
  refuseWithoutKeys({ authorizedKeys, wish, facts });
  const consoles = facts.commandLine.split(/\s+/).filter((word) => /^console=[\w,]+$/.test(word));
  return {
    ...{ wish, facts, disk, authorizedKeys },
    network: networkLines(facts.network),
    commandLine: [...consoles, KERNEL_COMMAND_LINE, FIRST_PROCESS].join(' '),
  };
}

/** Each key once; what only this system could follow stays behind with it. */
function keysOf({ authorizedKeys }: ServerFacts, { publicKey = '' }: ReplaceWish): string {
  const lines = `${authorizedKeys}\n${publicKey}`.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const known = new Set<string>();
  const first = keys.filter((line) => {
    const base64 = /\bAAAA[\w+/=]+/.exec(line)?.[0] ?? line;
    return !known.has(base64) && known.add(base64);
  });
  return first.map((line) => `${line}\n`).join('');
}

/** As the seed `network` has it: the card by its address, since a server may have several. */
export function networkLines({ mac = '', ipv4, ipv6, nameservers }: ServerNetwork): readonly string[] {
  const fixed = [ipv4, ipv6].flatMap((family) => {
    const address = fixedAddress(family);
    return address === undefined ? [] : [`${mac}=${[address, family.gateway, ...nameservers].join(',')}`];
  });
  return isByDhcp(ipv4) ? [`${mac}=dhcp`, ...fixed] : fixed;
}

export function isByDhcp(ipv4: Addresses): boolean {
  return ipv4.addresses.length > 0 && fixedAddress(ipv4) === undefined;
}

/** The address that nobody but we can give the server again; undefined where DHCP or a router does. */
export function fixedAddress({ addresses, gateway }: Addresses): string | undefined {
  const [first] = addresses;
  return first === undefined || first.dynamic || gateway === undefined ? undefined : first.address;
}
