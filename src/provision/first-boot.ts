import type { EngineOptions } from '../record.js';
import { renderTemplate } from '../template.js';
import type { DockerRepository } from './contract.js';
import { DISTRIBUTIONS, type Distribution } from './distributions.js';
import { aptLocks, DOCKER_PACKAGES } from './install.js';
import { DOCKER_REPOSITORY } from './repository.js';

/**
 * A script for root that brings the engine at the first boot by the means of provisioning: Docker's packages with their pinned
 * key, else the distribution's. Where it does not know the distribution it does nothing, and provisioning does the work.
 */
export function bootScript(engine: EngineOptions, repository: DockerRepository = DOCKER_REPOSITORY): string {
  const begin = renderTemplate('cloud-init/engine-begin.sh', {}) + renderTemplate('install/prelude.sh', {});
  return compact(begin + (engine.installUrl === '' ? packages(engine, repository) : script(engine)));
}

function script({ installUrl, version }: EngineOptions): string {
  const install = renderTemplate('install/url-install.sh', { url: installUrl, version });
  return `${install}wait_for_cloud_init() { :; }\nhas dockerd || ( set -e; install_engine )\nexit\n`;
}

/** Images of clouds are of these; the others have no cloud-init, or nobody runs an engine on them. */
const ROWS = DISTRIBUTIONS.filter(({ manager }) => manager === 'apt' || manager === 'dnf');

/** Stand for a variable of the script where a template has a hole. */
const HOLES = {
  FILL_MANAGER: '$manager',
  FILL_FAMILY: '$family',
  FILL_CODENAME: '$codename',
  FILL_ENGINE: '$engine',
  FILL_MORE: '$more_packages',
} as const;

function packages(
  { version, source }: EngineOptions,
  { url, aptFingerprint, rpmFingerprint }: DockerRepository,
): string {
  const shared = { url, family: 'FILL_FAMILY' };
  const wanted = { package: 'FILL_ENGINE', more: 'FILL_MORE', version };
  const manager = 'FILL_MANAGER';
  const apt = [
    renderTemplate('install/apt-docker.sh', { ...shared, fingerprint: aptFingerprint }),
    renderTemplate('install/apt-install.sh', wanted),
  ];
  const rpm = [
    renderTemplate('install/rpm-docker.sh', { ...shared, fingerprint: rpmFingerprint, manager }),
    renderTemplate('install/rpm-install.sh', { ...wanted, manager }),
  ];
  const end = renderTemplate('cloud-init/engine-end.sh', {
    url,
    dockerEngine: DOCKER_PACKAGES.engine,
    dockerMore: DOCKER_PACKAGES.more.join(' '),
    docker: String(source !== 'distribution'),
    distribution: String(source !== 'docker'),
  });
  const files = putFiles([
    ['docker.sources', renderTemplate('install/docker.sources', { ...shared, codename: 'FILL_CODENAME' })],
    ['docker.repo', renderTemplate('install/docker.repo', shared)],
  ]);
  const work = `use_apt() {\n${filled(apt.join(''))}}\nuse_dnf() {\n${filled(rpm.join(''))}}\n`;
  return [aptLocks(), renderTemplate('install/verify-key.sh', {}), work, findDistribution(), files, end].join('');
}

/** Its functions are defined when the distribution is known: both managers' have the same names. */
function findDistribution(): string {
  const row = ({ manager, packages, dockerFamily = '' }: Distribution): string =>
    `manager=${manager === 'apt' ? 'apt-get' : manager} family=${dockerFamily} engine=${packages?.engine ?? ''} ` +
    `more_packages='${packages?.more.join(' ') ?? ''}'; use_${manager}`;
  const cases = (names: (one: Distribution) => readonly string[]): string =>
    ROWS.flatMap((one) => (names(one).length === 0 ? [] : [`${names(one).join('|')}) ${row(one)}; return ;;`])).join(
      '\n',
    );
  const likes = ROWS.filter(({ like }) => like.length > 0).map((one) => {
    return one.like.map((name) => `case " $2 " in *' ${name} '*) ${row(one)}; return ;; esac`).join('\n');
  });
  return `find_distribution() {\ncase "$1" in\n${cases(({ ids }) => ids)}\nesac\n${likes.join('\n')}\nreturn 1\n}\n`;
}

function putFiles(files: readonly (readonly [name: string, text: string])[]): string {
  const texts = files.map(([name, text]) => `cat >${name} <<END\n${filled(text.replaceAll('$', '\\$'))}END\n`);
  return `put_files() {\n${texts.join('')}}\n`;
}

function filled(text: string): string {
  return Object.entries(HOLES).reduce((done, [hole, variable]) => done.replaceAll(hole, variable), text);
}

/** Providers count bytes of user-data: comments and indentation stay here. */
function compact(text: string): string {
  const lines = text.split('\n').map((line) => line.trimStart());
  return lines.filter((line, index) => index === 0 || (line !== '' && !line.startsWith('#'))).join('\n') + '\n';
}
