import type { HostFile } from '../host/host.js';
import type { EngineOptions } from '../record.js';
import { renderTemplate } from '../template.js';
import type { DockerRepository, Facts } from './contract.js';
import { dockerCodename, type Distribution, type PackageManager } from './distributions.js';
import type { Step } from './plan.js';
import type { Source } from './source.js';

export interface InstallWish {
  readonly engine: EngineOptions;
  readonly facts: Facts;
  readonly distribution: Distribution;
  readonly repository: DockerRepository;
  /** The local file of a static bundle, for that source. */
  readonly bundle?: string;
}

/** The steps that bring an engine onto the host. */
export function installSteps(source: Source, wish: InstallWish): readonly Step[] {
  const { engine, distribution, repository, facts, bundle = '' } = wish;
  const { manager, name, packages = DOCKER_PACKAGES } = distribution;
  switch (source) {
    case 'url':
      return [installStep('a script', [urlScript(engine)])];
    case 'docker':
      return [
        repositoryStep(distribution, repository, facts),
        installStep("Docker's packages", packageScripts(manager, DOCKER_PACKAGES, engine.version)),
      ];
    case 'distribution':
      return [installStep(`${name}'s packages`, packageScripts(manager, packages, engine.version))];
    case 'bundle':
      return [bundleStep(bundle)];
  }
}

export const DOCKER_PACKAGES = { engine: 'docker-ce', more: ['docker-ce-cli', 'containerd.io', 'iptables'] } as const;

function urlScript({ installUrl, version }: EngineOptions): string {
  return renderTemplate('install/url-install.sh', { url: installUrl, version });
}

/** The script that installs these packages; for apt, dnf and yum it also finds the package's version for a wanted one. */
export function packageScripts(
  manager: PackageManager,
  { engine, more }: { engine: string; more: readonly string[] },
  version: string,
): readonly string[] {
  const values = { package: engine, more: more.join(' '), version };
  switch (manager) {
    case 'apt':
      return [aptLocks(), renderTemplate('install/apt-install.sh', values)];
    case 'dnf':
    case 'yum':
      return [renderTemplate('install/rpm-install.sh', { ...values, manager })];
    case 'zypper':
    case 'pacman':
    case 'apk':
      return [renderTemplate(`install/${manager}-install.sh`, values)];
    case 'image':
      return [];
  }
}

/** How long somebody else may hold the package locks, in seconds: an image's first upgrade takes minutes. */
const LOCK_WITHIN_SECONDS = 600;

/** Waits for the locks of apt, and `apt` itself. */
export function aptLocks(): string {
  return renderTemplate('install/apt-locks.sh', { withinSeconds: String(LOCK_WITHIN_SECONDS) });
}

function repositoryStep(
  { manager, dockerFamily = '' }: Distribution,
  { url, aptFingerprint, rpmFingerprint }: DockerRepository,
  facts: Facts,
): Step {
  const isApt = manager === 'apt';
  const verify = renderTemplate('install/verify-key.sh', {});
  const scripts = isApt
    ? [
        aptLocks(),
        verify,
        renderTemplate('install/apt-docker.sh', { url, family: dockerFamily, fingerprint: aptFingerprint }),
      ]
    : [
        verify,
        renderTemplate('install/rpm-docker.sh', { url, family: dockerFamily, fingerprint: rpmFingerprint, manager }),
      ];
  const file = isApt
    ? {
        path: 'docker.sources',
        content: renderTemplate('install/docker.sources', {
          url,
          family: dockerFamily,
          codename: dockerCodename(facts),
        }),
        mode: 0o644,
      }
    : {
        path: 'docker.repo',
        content: renderTemplate('install/docker.repo', { url, family: dockerFamily }),
        mode: 0o644,
      };
  return {
    title: "Adding Docker's package repository",
    task: "add Docker's package repository",
    call: 'add_repository',
    scripts,
    files: [file],
  };
}

function bundleStep(localPath: string): Step {
  const units = ['containerd.service', 'docker.service', 'docker.socket'];
  const files: HostFile[] = units.map((unit) => ({
    path: unit,
    content: renderTemplate(`systemd/${unit}`, {}),
    mode: 0o644,
  }));
  return {
    ...installStep('a static bundle', [
      renderTemplate('install/bundle.sh', {}),
      renderTemplate('install/bundle-install.sh', {}),
    ]),
    files: [...files, { path: 'bundle.tgz', content: { localPath }, mode: 0o600 }],
  };
}

function installStep(from: string, scripts: readonly string[]): Step {
  const title = `Installing the engine (${from})`;
  return { title, task: 'install the engine', call: 'install_engine', scripts, files: [] };
}
