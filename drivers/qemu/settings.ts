import { MachineError } from '../../src/errors.js';
import { parseImageUrl } from './image.js';
import type { Forward, QemuOptions, Share } from './index.js';

/** Where a machine's ports are reached when nobody says otherwise. */
export interface Reach {
  readonly address: string;
}

/**
 * `8080`, `8080:80`, `0.0.0.0:8080:80`, each with `/udp` after it for UDP: the computer's port first, as docker writes it.
 * @throws MachineError BadOption
 */
export function parseForward(text: string, { address }: Reach): Forward {
  const match = /^(?:(\d{1,3}(?:\.\d{1,3}){3}):(?=.*:))?(\d{1,5})(?::(\d{1,5}))?(?:\/(tcp|udp))?$/.exec(text);
  const from = Number(match?.[2]);
  const to = Number(match?.[3] ?? match?.[2]);
  const isAddress = (match?.[1] ?? '').split('.').every((part) => Number(part) <= 255);
  if (!match || !isAddress || ![from, to].every((port) => port >= 1 && port <= 65_535))
    throw new MachineError(
      'BadOption',
      `option --qemu-forward wants OWN:MACHINE, such as 8080:80, got "${short(text)}"`,
    );
  return { protocol: match[4] === 'udp' ? 'udp' : 'tcp', address: match[1] ?? address, from, to };
}

/**
 * `/home/me/site`, `/home/me/site:/srv/site`; a colon after a drive's letter belongs to the folder.
 * @throws MachineError BadOption
 */
export function parseShare(text: string): Share {
  const match = /^((?:[A-Za-z]:)?[\\/][^:]*)(?::(\/[^:\s,]*))?$/.exec(text);
  const source = match?.[1];
  if (source === undefined || /[\r\n\0]/.test(text))
    throw new MachineError('BadOption', `option --qemu-share-folder wants FOLDER:PLACE, got "${short(text)}"`);
  return { source, place: match?.[2] ?? placeOf(source) };
}

/** `C:\Users\me` is `/c/Users/me` in the machine, as it was with docker-machine. */
function placeOf(source: string): string {
  return source.replace(/^([A-Za-z]):/, (_all, drive: string) => `/${drive.toLowerCase()}`).replaceAll('\\', '/');
}

/** @throws MachineError BadOption, NotSupported */
export function checkNetwork(network: string, platform: NodeJS.Platform): void {
  if (network === 'user') return;
  if (!/^(bridge|tap):[a-zA-Z0-9_.-]{1,15}$/.test(network))
    throw new MachineError(
      'BadOption',
      `option --qemu-network wants user, bridge:NAME or tap:NAME, got "${short(network)}"`,
    );
  if (platform !== 'linux') throw new MachineError('NotSupported', 'only Linux has networks of bridge and tap');
}

/** @throws MachineError BadOption for what any of the options cannot mean */
export function checkOptions(options: QemuOptions, platform: NodeJS.Platform): void {
  checkNetwork(options.network, platform);
  const forwards = options.forward.map((text) => parseForward(text, { address: '127.0.0.1' }));
  const shares = options['share-folder'].map(parseShare);
  if (options.network !== 'user' && forwards.length > 0)
    throw new MachineError('BadOption', `option --qemu-forward goes with --qemu-network user alone`);
  if (options.autostart && shares.length > 0)
    throw new MachineError('BadOption', 'option --qemu-autostart does not go with --qemu-share-folder');
  if (options['image-url'] !== undefined) {
    parseImageUrl(options['image-url']);
    if (options.image !== undefined)
      throw new MachineError('BadOption', 'option --qemu-image does not go with --qemu-image-url');
  }
  if (options['cpu-count'] === 0)
    throw new MachineError('BadOption', 'option --qemu-cpu-count wants 1 or more, got "0"');
  const taken = twice(forwards.map(({ protocol, address, from }) => `${address}:${from}/${protocol}`));
  if (taken !== undefined) throw new MachineError('BadOption', `option --qemu-forward names "${taken}" twice`);
  const place = twice(shares.map((share) => share.place));
  if (place !== undefined) throw new MachineError('BadOption', `option --qemu-share-folder names "${place}" twice`);
}

function twice(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) !== index);
}

/** As it fits into a message of one line. */
function short(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length > 30 ? `${line.slice(0, 30)}…` : line;
}
