import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localDebian, type LocalDebian } from '../apt-sources.js';
import { run } from '../local-program.js';
import { MachineError } from '../errors.js';
import type { Reporter } from '../reporter.js';
import { renderTemplate } from '../template.js';
import { IMAGE_FILES, MANIFEST, SIGNATURE, type Arch, type Image } from './contract.js';
import { readImage } from './images.js';
import { inputsName, manifestOf, manifestText, type Inputs } from './manifest.js';
import { DROPPED, firstProcess, packagesOf, recipeFiles, recipeSum } from './recipe.js';
import { sign, type SigningKey } from './signing-key.js';

export interface BuildWish {
  readonly arch: Arch;
  /** Where images lie; the new one's folder is made in it. */
  readonly place: string;
  readonly key: SigningKey;
  /** A folder for the work: some 1.5 GB. */
  readonly work: string;
  /** The PATH that programs are looked for in. */
  readonly path: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** Builds the OS from this computer's package sources. @throws MachineError ToolMissing, DriverFailed, Cancelled */
export async function buildImage({ arch, place, key, work, path, report, signal }: BuildWish): Promise<Image> {
  refuseWithoutTools(path);
  const debian = await localDebian();
  const image: Place = { place, work, out: join(work, 'out'), key };
  await writeRecipe(work, debian.version);
  const script = (step: string): string => buildScript({ step, work, arch, debian });
  const call = (step: string): Promise<string> => run(['sh', '-c', script(step)], 'build the OS', signal);
  await report.step('Fetching packages of the OS', () => call('fetch'));
  await report.step('Building the OS (some minutes)', () => call('make'));
  const inputs = await inputsOf(image, {
    arch,
    debian,
    recipe: recipeSum(script(''), [await squashfsVersion(signal)], debian.version),
  });
  return finish(image, inputs);
}

interface Place {
  readonly place: string;
  readonly work: string;
  readonly out: string;
  readonly key: SigningKey;
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

function refuseWithoutTools(path: string): void {
  const folders = [...path.split(':'), '/usr/sbin', '/sbin'];
  const missing = TOOLS.filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))));
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

async function writeRecipe(work: string, version: string): Promise<void> {
  const recipe = join(work, 'recipe');
  for (const { path, mode, text } of recipeFiles(version)) {
    const file = join(recipe, 'root', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, mode);
  }
  await writeFile(join(recipe, 'initramfs.sh'), firstProcess());
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
  });
}

async function squashfsVersion(signal: AbortSignal): Promise<string> {
  // It says its version with status 1, or 0, by its age.
  const said = await run(['sh', '-c', 'mksquashfs -version || :'], 'ask for the version of mksquashfs', signal);
  return said.split('\n')[0]?.trim() ?? '';
}

async function inputsOf(
  { out }: Place,
  { arch, debian, recipe }: { arch: Arch; debian: LocalDebian; recipe: string },
): Promise<Inputs> {
  const text = async (name: string): Promise<string> => (await readFile(join(out, name), 'utf8')).trim();
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
async function finish({ place, work, out, key }: Place, inputs: Inputs): Promise<Image> {
  const ready = join(work, 'image');
  await mkdir(ready, { recursive: true });
  for (const file of IMAGE_FILES) await rename(join(out, file), join(ready, file));
  const text = manifestText(await manifestOf(ready, inputs));
  await writeFile(join(ready, MANIFEST), text);
  await writeFile(join(ready, SIGNATURE), sign(text, key));
  const folder = join(place, inputsName(inputs));
  await mkdir(place, { recursive: true });
  // The work may lie on another disk than the images.
  await rm(`${folder}.new`, { recursive: true, force: true });
  await cp(ready, `${folder}.new`, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await rename(`${folder}.new`, folder);
  return readImage(folder);
}
