import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What this computer runs, and where its packages come from. */
export interface LocalDebian {
  readonly title: string;
  /** The code name of the release: bookworm. */
  readonly suite: string;
  /** VERSION_ID of os-release: 12. */
  readonly version: string;
  readonly sources: readonly SourceFile[];
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export async function localDebian(): Promise<LocalDebian> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (key: string): string | undefined => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(release)?.[1];
  return {
    title: value('NAME')?.split(' ')[0] ?? 'Debian',
    suite: value('VERSION_CODENAME') ?? 'stable',
    version: value('VERSION_ID') ?? '',
    sources: archives(await sourceFiles('/etc/apt')),
  };
}

async function sourceFiles(folder: string): Promise<readonly SourceFile[]> {
  const parts = join(folder, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const paths = [
    join(folder, 'sources.list'),
    ...names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name)),
  ];
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8').catch(() => '') })));
}

/** The files that name the distribution's own archive; others need keys that a small system has not. All, when none does. */
export function archives(files: readonly SourceFile[]): readonly SourceFile[] {
  const used = files.filter(({ text }) => /^\s*(deb\s|URIs:)/m.test(text));
  const own = used.filter(({ path }) => /(\/sources\.list|\/(debian|ubuntu|raspbian)\.(list|sources))$/.test(path));
  return own.length > 0 ? own : used;
}
