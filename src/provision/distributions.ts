import { MachineError } from '../errors.js';
import type { Facts } from './contract.js';

/** `image`: there are no packages; a system comes as a whole, its engine in it. */
export type PackageManager = 'apt' | 'dnf' | 'yum' | 'zypper' | 'pacman' | 'apk' | 'image';

/** What differs between distributions; everything else about provisioning is the same everywhere. */
export interface Distribution {
  readonly name: string;
  /** IDs of os-release; `like` also takes those that name one of them in ID_LIKE. */
  readonly ids: readonly string[];
  readonly like: readonly string[];
  readonly manager: PackageManager;
  /** The distribution's own engine, and what it needs besides; undefined where there is none. */
  readonly packages?: { readonly engine: string; readonly more: readonly string[] };
  /** The folder of Docker's repository that serves it; undefined where Docker has none. */
  readonly dockerFamily?: string;
}

const APT = { engine: 'docker.io', more: ['iptables', 'ca-certificates'] } as const;
const RPM_MORE = ['iptables', 'ca-certificates'] as const;

/** The first row that fits counts: exact ids before likenesses, and Ubuntu before Debian, which it is like. */
export const DISTRIBUTIONS: readonly Distribution[] = [
  { name: 'Ubuntu', ids: ['ubuntu'], like: ['ubuntu'], manager: 'apt', packages: APT, dockerFamily: 'ubuntu' },
  {
    name: 'Debian',
    ids: ['debian', 'raspbian'],
    like: ['debian'],
    manager: 'apt',
    packages: APT,
    dockerFamily: 'debian',
  },
  {
    name: 'Fedora',
    ids: ['fedora'],
    like: [],
    manager: 'dnf',
    packages: { engine: 'moby-engine', more: RPM_MORE },
    dockerFamily: 'fedora',
  },
  { name: 'Amazon Linux', ids: ['amzn'], like: [], manager: 'dnf', packages: { engine: 'docker', more: RPM_MORE } },
  { name: 'CentOS', ids: ['centos'], like: [], manager: 'dnf', dockerFamily: 'centos' },
  { name: 'RHEL', ids: ['rhel'], like: ['rhel', 'fedora', 'centos'], manager: 'dnf', dockerFamily: 'rhel' },
  {
    name: 'SUSE',
    ids: ['sles', 'sled', 'opensuse', 'opensuse-leap', 'opensuse-tumbleweed'],
    like: ['suse', 'opensuse'],
    manager: 'zypper',
    packages: { engine: 'docker', more: ['iptables', 'ca-certificates'] },
  },
  {
    name: 'Arch',
    ids: ['arch', 'archarm', 'manjaro'],
    like: ['arch'],
    manager: 'pacman',
    packages: { engine: 'docker', more: ['iptables-nft'] },
  },
  {
    name: 'Alpine',
    ids: ['alpine'],
    like: [],
    manager: 'apk',
    packages: { engine: 'docker', more: ['iptables', 'ca-certificates'] },
  },
  { name: 'Berth OS', ids: ['berth'], like: [], manager: 'image' },
];

/** @throws MachineError UnsupportedHost */
export function distributionOf({ os }: Facts): Distribution {
  const row =
    DISTRIBUTIONS.find(({ ids }) => ids.includes(os.id)) ??
    DISTRIBUTIONS.find(({ like }) => like.some((name) => os.like.includes(name)));
  if (row) return withOldManager(row, os.version);
  throw new MachineError(
    'UnsupportedHost',
    `berth does not know the operating system "${os.title || os.id || 'unknown'}"`,
    {
      suggestions: [
        `Use one of ${DISTRIBUTIONS.filter(({ manager }) => manager !== 'image')
          .map(({ name }) => name)
          .join(', ')}`,
        'Install an engine on the host yourself, and run create again',
      ],
    },
  );
}

/** Version 7 of RHEL's family and Amazon Linux 2 have yum only. */
function withOldManager(row: Distribution, version: string): Distribution {
  const old = row.manager === 'dnf' && (/^7(\.|$)/.test(version) || (row.name === 'Amazon Linux' && version === '2'));
  return old ? { ...row, manager: 'yum' } : row;
}

/** Derivatives name their own code name; Docker's repository knows only Debian's and Ubuntu's. */
export function dockerCodename({ os }: Facts): string {
  return os.baseCodename ?? os.codename;
}
