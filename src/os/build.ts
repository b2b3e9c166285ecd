import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localDebian, type LocalDebian } from '../apt-sources.js';
import { run } from '../local-program.js';
import { MachineError } from '../errors.js';
import type { Reporter } from '../reporter.js';
import { renderTemplate } from '../template.js';
import { DISK, IMAGE_FILES, LOADER, MANIFEST, SIGNATURE, type Arch, type Image } from './contract.js';
import { SMALLEST_DISK, writeDisk } from './disk.js';
import { readImage } from './images.js';
import { inputsName, manifestOf, manifestText, type Inputs } from './manifest.js';
import {
  DROPPED,
  firstProcess,
  loaderConfiguration,
  loaderPackagesOf,
  packagesOf,
  recipeFiles,
  recipeSum,
} from './recipe.js';
import { sign, type SigningKey } from './signing-key.js';

export interface BuildWish {
  readonly arch: Arch;
  /** Where images lie; the new one's folder is made in it. */
  readonly place: string;
  readonly key: SigningKey;
  /** Whether it is to have a disk that boots by itself. */
  readonly disk: boolean;
  /** A folder for the work: some 1.5 GB. */
  readonly work: string;
  /** The PATH that programs are looked for in. */
  readonly path: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** Builds the OS from this computer's package sources. @throws MachineError ToolMissing, DriverFailed, Cancelled */
export async function buildImage(wish: BuildWish): Promise<Image> {
  const { arch, work, path, report, signal } = wish;
  refuseWithoutTools(arch, path);
  const debian = await localDebian();
  await writeRecipe(work, { arch, version: debian.version });
  const script = (step: string): string => buildScript({ step, work, arch, debian });
  const call = (step: string): Promise<string> => run(['sh', '-c', script(step)], 'build the OS', signal);
  await report.step('Fetching packages of the OS', () => call('fetch'));
  await report.step('Building the OS (some minutes)', () => call('make'));
  const inputs = await inputsOf(work, {
    arch,
    debian,
    recipe: recipeSum({ arch, version: debian.version, script: script(''), tools: await toolVersions(arch, signal) }),
  });
  return finish(wish, inputs);
}

/** Program, and Debian's package of it. */
const TOOLS = [
  ['apt-get', 'apt'],
  ['cpio', 'cpio'],
  ['depmod', 'kmod'],
  ['dpkg-deb', 'dpkg'],
  ['lz4', 'lz4'],
  ['mksquashfs', 'squashfs-tools'],
] as const;
/** UEFI's boot loader comes as it was signed; the one for BIOS is put together here. */
const BIOS_TOOL = ['grub-mkimage', 'grub-common'] as const;

function refuseWithoutTools(arch: Arch, path: string): void {
  const folders = [...path.split(':'), '/usr/sbin', '/sbin'];
  const tools = [...TOOLS, ...(arch === 'amd64' ? [BIOS_TOOL] : [])];
  const missing = tools.filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))));
  const [first] = missing;
  if (first === undefined) return;
  throw new MachineError('ToolMissing', `building the OS needs the program "${first[0]}"`, {
    suggestions: [
      first[0] === 'apt-get'
        ? 'Build on Debian or Ubuntu'
        : `apt-get install ${missing.map(([, name]) => name).join(' ')}`,
    ],
  });
}

async function writeRecipe(work: string, { arch, version }: Pick<Inputs, 'arch' | 'version'>): Promise<void> {
  const recipe = join(work, 'recipe');
  for (const { path, mode, text } of recipeFiles(version)) {
    const file = join(recipe, 'root', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, mode);
  }
  await writeFile(join(recipe, 'initramfs.sh'), firstProcess());
  await writeFile(join(recipe, 'grub.cfg'), loaderConfiguration(arch));
}

interface ScriptWish {
  readonly step: string;
  readonly work: string;
  readonly arch: Arch;
  readonly debian: LocalDebian;
}

/** Without a step it is the recipe itself, which names nothing of this computer. */
function buildScript({ step, work, arch, debian }: ScriptWish): string {
  return renderTemplate('os/build.sh', {
    step,
    work: step && work,
    sources: step && debian.sources.map(({ path }) => path).join(' '),
    arch,
    packages: packagesOf(arch).join(' '),
    dropped: DROPPED.join(' '),
    loader: loaderPackagesOf(arch).join(' '),
  });
}

async function toolVersions(arch: Arch, signal: AbortSignal): Promise<readonly string[]> {
  // mksquashfs says its version with status 1, or 0, by its age.
  const asked = ['mksquashfs -version || :', ...(arch === 'amd64' ? ['grub-mkimage --version'] : [])];
  const said = await Promise.all(asked.map((line) => run(['sh', '-c', line], 'ask a tool for its version', signal)));
  return said.map((text) => text.split('\n')[0]?.trim() ?? '');
}

async function inputsOf(
  work: string,
  { arch, debian, recipe }: { arch: Arch; debian: LocalDebian; recipe: string },
): Promise<Inputs> {
  const text = async (name: string): Promise<string> => (await readFile(join(work, 'out', name), 'utf8')).trim();
  const lines = (await text('packages')).split('\n').map((line) => line.split(' '));
  return {
    arch,
    version: debian.version,
    suite: debian.suite,
    kernel: await text('release'),
    epoch: Number(await text('epoch')),
    packages: Object.fromEntries(lines.map(([name = '', version = '']) => [name, version])),
    recipe,
  };
}

/** The folder appears whole, under its name, or not at all; the same image once more takes the place of the one before. */
async function finish({ place, work, key, disk, signal }: BuildWish, inputs: Inputs): Promise<Image> {
  const folder = join(place, inputsName(inputs));
  const made = `${folder}.new`;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  // The work may lie on another disk than the images.
  for (const file of [...IMAGE_FILES, LOADER]) await copyFile(join(work, 'out', file), join(made, file));
  if (disk) {
    const image = { folder: made, manifest: await manifestOf(made, inputs), addedAt: 0 };
    await writeDisk({ image, path: join(made, DISK), size: SMALLEST_DISK, seeds: {}, signal });
  }
  const text = manifestText(await manifestOf(made, inputs));
  await writeFile(join(made, MANIFEST), text);
  await writeFile(join(made, SIGNATURE), sign(text, key));
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
  return readImage(folder);
}
