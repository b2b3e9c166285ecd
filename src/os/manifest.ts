import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../checksum.js';
import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import { FURTHER_FILES, IMAGE_FILES, type Arch, type FileFacts, type Manifest } from './contract.js';

/** All that an image is made of. */
export interface Inputs {
  readonly arch: Arch;
  /** Number and name of the Debian release. */
  readonly version: string;
  readonly suite: string;
  readonly kernel: string;
  readonly epoch: number;
  readonly packages: Readonly<Record<string, string>>;
  readonly recipe: string;
}

/** Images of the same inputs have one name. */
export function inputsName({ arch, version, packages, recipe }: Inputs): string {
  const sum = createHash('sha256').update(JSON.stringify([arch, Object.entries(packages).sort(), recipe]));
  return `debian${version}-${arch}-${sum.digest('hex').slice(0, 10)}`;
}

/** Describes the files of this folder. */
export async function manifestOf(folder: string, inputs: Inputs): Promise<Manifest> {
  const { arch, kernel, epoch, packages, recipe, suite } = inputs;
  const names = [...IMAGE_FILES, ...FURTHER_FILES.filter((name) => existsSync(join(folder, name)))];
  const entries = await Promise.all(names.map(async (name) => [name, await sumOf(join(folder, name))] as const));
  return {
    format: 1,
    name: inputsName(inputs),
    arch,
    kernel,
    engine: upstream(packages['docker.io'] ?? ''),
    epoch,
    files: Object.fromEntries(entries) as Manifest['files'],
    inputs: { suite, packages, recipe },
  };
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** @throws MachineError BadOption when it is no manifest */
export function parseManifest(text: string, where: string): Manifest {
  const value = jsonOf(text);
  if (isManifest(value)) return value;
  throw new MachineError('BadOption', `no manifest of an image of the OS: "${where}"`, {
    suggestions: ['berth os build'],
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** It may come from anywhere, and its words are shown to people. */
function isManifest(value: unknown): value is Manifest {
  const { format, name, arch, kernel, engine, files, inputs } = fieldsOf(value);
  if (format !== 1 || !isWord(name) || !/^[a-z0-9][a-z0-9.-]*$/.test(name)) return false;
  if (arch !== 'amd64' && arch !== 'arm64') return false;
  if (![kernel, engine].every(isWord) || typeof inputs !== 'object' || inputs === null) return false;
  const facts = fieldsOf(files);
  return (
    IMAGE_FILES.every((file) => isFile(facts[file])) &&
    FURTHER_FILES.every((file) => facts[file] === undefined || isFile(facts[file]))
  );
}

function isFile(value: unknown): boolean {
  const { sha256, bytes } = fieldsOf(value);
  return (
    typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(bytes) && Number(bytes) > 0
  );
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.+~-]{1,100}$/.test(value);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

async function sumOf(path: string): Promise<FileFacts> {
  return { sha256: await sha256Of(path), bytes: (await stat(path)).size };
}

/** Names of files that are not what the manifest says; none when the image is whole. Machines keep no more than IMAGE_FILES. */
export async function changedFiles(folder: string, { files }: Manifest): Promise<readonly string[]> {
  const names = [...IMAGE_FILES, ...FURTHER_FILES.filter((name) => existsSync(join(folder, name)))];
  const sums = await Promise.all(names.map(async (name) => sha256Of(join(folder, name)).catch(() => undefined)));
  return names.filter((name, index) => sums[index] !== files[name]?.sha256);
}

/** @throws MachineError CheckFailed for an image that is not whole */
export async function requireWhole(folder: string, manifest: Manifest): Promise<void> {
  const [changed] = await changedFiles(folder, manifest);
  if (changed !== undefined) throw notWhole(manifest, changed);
}

export function notWhole({ name }: Manifest, changed: string): MachineError {
  return new MachineError('CheckFailed', `image "${name}" is not whole: its ${changed} was changed`, {
    suggestions: [`berth os rm ${name}`, 'berth os build'],
  });
}

/** Debian's version without its epoch and what Debian adds: 20.10.24 of 20.10.24+dfsg1-1+deb12u1+b6. */
function upstream(version: string): string {
  return version.replace(/^\d+:/, '').replace(/[+~-].*$/, '');
}
