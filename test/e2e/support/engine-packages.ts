import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sh } from './berth.js';
import { lacking, missing } from './needs.js';

/** Debian's packages of an engine: what a static bundle and Docker's packages are made of here. */
const NAMES = ['docker.io', 'containerd', 'runc', 'tini'] as const;

/** A program's place in a static bundle, and in Debian's packages. */
const PROGRAMS: Readonly<Record<string, string>> = {
  dockerd: 'docker.io/usr/sbin/dockerd',
  docker: 'docker.io/usr/bin/docker',
  'docker-proxy': 'docker.io/usr/sbin/docker-proxy',
  'docker-init': 'tini/usr/bin/tini-static',
  containerd: 'containerd/usr/bin/containerd',
  'containerd-shim-runc-v2': 'containerd/usr/bin/containerd-shim-runc-v2',
  ctr: 'containerd/usr/bin/ctr',
  runc: 'runc/usr/sbin/runc',
};

/** Programs that make packages and archives of them. */
const TOOLS: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  'dpkg-scanpackages': 'dpkg-dev',
  gpg: 'gpg',
  gpgconf: 'gpgconf',
};

/** Debian links its engine dynamically: these have to be on a host that gets only the programs. */
export const SHARED_LIBRARIES = ['libdevmapper1.02.1', 'libseccomp2'];

/** A temporary folder with the packages unpacked, each in a folder of its name with its control files in DEBIAN. */
export class EnginePackages implements Disposable {
  private constructor(readonly folder: string) {}

  static async download(): Promise<EnginePackages> {
    const folder = mkdtempSync(join(tmpdir(), 'berth-engine-'));
    const fetch = 'cd "$1" && shift && apt-get -q -o APT::Sandbox::User=root download "$@"';
    await sh('sh', '-c', fetch, 'sh', folder, ...NAMES);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
      await sh('dpkg-deb', '-R', join(folder, file), join(folder, file.split('_')[0] ?? file));
    return new EnginePackages(folder);
  }

  /** A tgz as Docker publishes it: docker/dockerd and what stands beside it. */
  async bundle(): Promise<string> {
    const stage = join(this.folder, 'stage');
    mkdirSync(join(stage, 'docker'), { recursive: true });
    for (const [program, source] of Object.entries(PROGRAMS))
      copyFileSync(join(this.folder, source), join(stage, 'docker', program));
    const path = join(this.folder, 'docker.tgz');
    // Quickly rather than small: it goes no further than this computer.
    await sh('tar', '-C', stage, '-I', 'gzip -1', '-cf', path, 'docker');
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `describe`, or a skipped one that says why in one line. */
export function describeEngines(title: string, body: () => void): void {
  const reason = missing() ?? missingTools();
  if (reason !== undefined) process.stderr.write(`skipped: ${title}: ${reason}\n`);
  (reason === undefined ? describe : describe.skip)(title, body);
}

/** Why engines of other sources cannot be made here, or undefined. */
function missingTools(): string | undefined {
  const reason = lacking(TOOLS);
  if (reason !== undefined) return reason;
  const known = execFileSync('apt-cache', ['policy', ...NAMES], { encoding: 'utf8' });
  const unknown = NAMES.filter((name) => !known.includes(`${name}:\n`));
  return unknown.length === 0 ? undefined : `apt knows no package ${unknown.join(' ')}: apt-get update`;
}
