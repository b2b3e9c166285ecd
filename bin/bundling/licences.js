import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whatever a package's licence wants to be passed on with it. */
const WANTED = /^(licen[cs]e|copying|notice)/i;

/** The licences of packages, by their folders: each text once, under the names of all that have it. */
export function licencesOf(folders) {
  const texts = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder)
      .filter((file) => WANTED.test(file))
      .sort();
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    const key = text === '' ? `Its package has no text of its licence, ${license}.` : text;
    texts.set(key, [...(texts.get(key) ?? []), `${name} ${version}`]);
  }
  return [...texts]
    .map(([text, names]) => `${[...new Set(names)].join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folders of the packages that files of a bundle came from. */
export function packagesOf(root, paths) {
  const folders = paths.flatMap((path) => /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(folders)].sort().map((folder) => join(root, folder));
}
