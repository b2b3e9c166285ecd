import { delimiter, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { parseInteger } from '../../cli/driver-flags.js';
import { MachineCommand } from '../../cli/machine-command.js';
import { MachineError } from '../../errors.js';
import type { Program } from '../../lifecycle/program.js';
import { parseNewName } from '../../name.js';
import type { Seeds } from '../../os/disk.js';
import { SMALLEST_DISK } from '../../os/disk.js';
import { formatOf, makeDisk } from '../../os/disk-format.js';
import { findImage, imagePlaces } from '../../os/images.js';
import { parseAuthorizedKeys, parseHostKey, parseNetwork } from '../../os/seeds.js';

/** Of a disk in MB, as `resize` counts. */
const SIZES = { min: SMALLEST_DISK / 1024 ** 2, max: 1_000_000 };

export default class OsDisk extends MachineCommand {
  static override summary = 'Write a disk of the minimal OS that boots by itself, by BIOS and by UEFI.';
  static override description =
    "For virtual machines of clouds and of other programs than berth. The ending of FILE says its form: .img and .raw (as they are), .gz, .qcow2, .vdi, .vmdk, .vhd (by qemu-img). The system takes the size of the disk that it finds itself on. Without --authorized-keys nobody can log in until a file authorized_keys is put in the folder berth/seed of the disk's FAT partition.";
  static override examples = [
    '<%= config.bin %> os disk debian12-amd64 disk.img --authorized-keys ~/.ssh/id_ed25519.pub',
    '<%= config.bin %> os disk debian12-amd64 web-1.qcow2 --authorized-keys keys --hostname web-1 --net 192.0.2.10/24,192.0.2.1,192.0.2.53',
  ];
  static override args = {
    image: Args.string({ ignoreStdin: true, description: 'name of the image, or its beginning' }),
    file: Args.string({ ignoreStdin: true, description: 'file to write; never one that exists' }),
  };
  static override flags = {
    'authorized-keys': Flags.string({ helpValue: '<file>', description: 'public keys that may log in' }),
    'host-key': Flags.string({
      helpValue: '<file>',
      description: "the host's private ed25519 key; made at the first boot otherwise",
    }),
    hostname: Flags.string({ helpValue: '<name>', description: 'name of the host' }),
    net: Flags.string({
      multiple: true,
      helpValue: '<addresses>',
      description: 'address instead of DHCP: [MAC=]ADDRESS/PREFIX,GATEWAY,NAMESERVER',
    }),
    size: Flags.custom<number>({
      helpValue: '<n>',
      description: `size of the disk in MB, at least ${SIZES.min}`,
      parse: async (text) => parseInteger(text, 'size', SIZES),
    })(),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OsDisk);
    if (args.image === undefined || args.file === undefined)
      throw new MachineError('BadUsage', 'an image and a file to write are needed', {
        suggestions: ['berth os disk IMAGE disk.img', 'berth os ls'],
      });
    const program = this.programFor(flags);
    const { report, signal, cacheFolder } = program;
    const path = resolve(args.file);
    const format = formatOf(path, (this.environment['PATH'] ?? '').split(delimiter));
    const image = await findImage(imagePlaces(cacheFolder), args.image);
    const seeds = await seedsOf(flags, program);
    const size = flags.size === undefined ? SMALLEST_DISK : flags.size * 1024 ** 2;
    await report.step(`Writing ${args.file}`, () => makeDisk({ image, path, size, seeds, signal }, format));
    if (seeds.authorizedKeys === undefined) report.warn('nobody can log in to it: there is no --authorized-keys');
    this.log(path);
    return { file: path, image: image.manifest.name, bytes: size, seeds: Object.keys(seeds) };
  }
}

interface SeedFlags {
  readonly 'authorized-keys': string | undefined;
  readonly 'host-key': string | undefined;
  readonly hostname: string | undefined;
  readonly net: readonly string[] | undefined;
}

async function seedsOf(flags: SeedFlags, program: Program): Promise<Seeds> {
  const { hostname, net, 'authorized-keys': keys, 'host-key': hostKey } = flags;
  return {
    ...(keys !== undefined && { authorizedKeys: parseAuthorizedKeys(await textOf(keys, program), keys) }),
    ...(hostKey !== undefined && { hostKey: parseHostKey(await textOf(hostKey, program), hostKey) }),
    ...(hostname !== undefined && { hostName: `${parseNewName(hostname)}\n` }),
    ...(net !== undefined && { network: net.map((text) => `${parseNetwork(text)}\n`).join('') }),
  };
}

async function textOf(path: string, program: Program): Promise<string> {
  const text = await program.readUserFile(path);
  if (text !== undefined) return text;
  throw new MachineError('BadOption', 'a file that an option names is not there', {
    cause: new Error(`there is no ${path}`),
  });
}
