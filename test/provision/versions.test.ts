import { describe, expect, it } from '@jest/globals';
import { BADLY, oneStep, piece, WELL } from './support/pieces.js';
import { sandbox, type Sandbox } from './support/sandbox.js';

const VALUES = { package: 'docker-ce', more: 'docker-ce-cli iptables' };

/** The install scripts by package manager, and the words they shall be called with for an exact version. */
const MADISON = `
 docker-ce | 5:28.2.20-1~debian.12~bookworm | https://packages.test/linux/debian bookworm/stable amd64 Packages
 docker-ce | 5:28.2.2-1~debian.12~bookworm | https://packages.test/linux/debian bookworm/stable amd64 Packages
 docker-ce | 5:28.2.1-1~debian.12~bookworm | https://packages.test/linux/debian bookworm/stable amd64 Packages
 docker-ce | 20.10.24+dfsg1-1 | http://mirror.test/debian bookworm/main amd64 Packages`;
const RPM = `Available Packages
docker-ce.x86_64    3:28.2.1-1.el9     docker-ce-stable
docker-ce.x86_64    3:28.2.2-1.el9     docker-ce-stable
docker-ce.x86_64    3:28.2.20-1.el9    docker-ce-stable`;
const ZYPPER = `S | Name      | Type    | Version                 | Arch   | Repository
--+-----------+---------+-------------------------+--------+-----------
  | docker-ce | package | 28.2.20_ce-150000.1     | x86_64 | Updates
  | docker-ce | package | 28.2.2_ce-150000.9      | x86_64 | Updates
  | docker-ce | package | 28.2.2_ce-150000.10     | x86_64 | Updates
  | docker-ce | srcpackage | 29.0.0 | noarch | Updates`;

function box(): Sandbox {
  const made = sandbox();
  made.fake('apt-get');
  made.fake('apt-cache', `cat <<'END'${MADISON}\nEND`);
  for (const name of ['dnf', 'yum']) made.fake(name, `[ "$2" != list ] || cat <<'END'\n${RPM}\nEND`);
  made.fake('zypper', `case "$*" in *search*) cat <<'END'\n${ZYPPER}\nEND\nesac`);
  made.fake('pacman', `[ "$1" != -Si ] || printf '%s\\n' 'Repository : extra' 'Name : docker' 'Version : 1:28.2.2-1'`);
  made.fake('apk');
  made.file('/etc/apk/repositories', 'https://mirror.test/v3.22/main\n#https://mirror.test/v3.22/community\n');
  return made;
}

const apt = (version: string): string =>
  oneStep('install_engine', piece('apt-locks', { withinSeconds: '3' }), piece('apt-install', { ...VALUES, version }));
const other = (name: string, version: string, more: Record<string, string> = {}): string =>
  oneStep('install_engine', piece(`${name}-install`, { ...VALUES, ...more, version }));

const MANAGERS: readonly {
  readonly manager: string;
  readonly program: string;
  readonly script: (version: string) => string;
}[] = [
  { manager: 'apt', program: 'apt-get', script: apt },
  { manager: 'dnf', program: 'dnf', script: (version) => other('rpm', version, { manager: 'dnf' }) },
  { manager: 'yum', program: 'yum', script: (version) => other('rpm', version, { manager: 'yum' }) },
  { manager: 'zypper', program: 'zypper', script: (version) => other('zypper', version) },
  { manager: 'pacman', program: 'pacman', script: (version) => other('pacman', version) },
  { manager: 'apk', program: 'apk', script: (version) => other('apk', version) },
];

const MORE = ['docker-ce-cli', 'iptables'];

describe('the version of the engine', () => {
  it.each(MANAGERS)('is the newest one unless it is asked for: $manager', ({ program, script }) => {
    using host = box();

    const { lines } = host.run(script(''));

    expect(lines.at(-1)).toBe(WELL);
    expect(host.calls(program).at(-1)?.slice(-3)).toEqual(['docker-ce', ...MORE]);
  });

  it.each([
    { manager: 'apt', wanted: '28.2.2', found: 'docker-ce=5:28.2.2-1~debian.12~bookworm' },
    { manager: 'apt', wanted: '28.2', found: 'docker-ce=5:28.2.20-1~debian.12~bookworm' },
    { manager: 'apt', wanted: '20.10.24', found: 'docker-ce=20.10.24+dfsg1-1' },
    { manager: 'apt', wanted: '28.2.2-1~debian.12~bookworm', found: 'docker-ce=5:28.2.2-1~debian.12~bookworm' },
    { manager: 'dnf', wanted: '28.2.2', found: 'docker-ce-28.2.2-1.el9' },
    { manager: 'dnf', wanted: '28', found: 'docker-ce-28.2.20-1.el9' },
    { manager: 'yum', wanted: '28.2.1', found: 'docker-ce-28.2.1-1.el9' },
    { manager: 'zypper', wanted: '28.2.2', found: 'docker-ce=28.2.2_ce-150000.10' },
    { manager: 'zypper', wanted: '28', found: 'docker-ce=28.2.20_ce-150000.1' },
    { manager: 'pacman', wanted: '28.2', found: 'docker-ce' },
    { manager: 'apk', wanted: '28.2', found: 'docker-ce~28.2' },
  ])('is the newest that begins with what is asked for: $manager, $wanted', ({ manager, wanted, found }) => {
    using host = box();
    const row = MANAGERS.find((one) => one.manager === manager);

    const { lines } = host.run(row?.script(wanted) ?? '');

    expect(lines.at(-1)).toBe(WELL);
    expect(host.calls(row?.program).at(-1)?.slice(-3)).toEqual([found, ...MORE]);
  });

  it.each([
    {
      manager: 'apt',
      there:
        '5:28.2.20-1~debian.12~bookworm 5:28.2.2-1~debian.12~bookworm 5:28.2.1-1~debian.12~bookworm 20.10.24+dfsg1-1',
    },
    { manager: 'dnf', there: '28.2.1-1.el9 28.2.2-1.el9 28.2.20-1.el9' },
    { manager: 'zypper', there: '28.2.2_ce-150000.9 28.2.2_ce-150000.10 28.2.20_ce-150000.1' },
  ])('is refused where there is no such version, with those there are: $manager', ({ manager, there }) => {
    using host = box();
    const row = MANAGERS.find((one) => one.manager === manager);

    const { lines } = host.run(row?.script('28.2.') ?? '');

    expect(lines.slice(-2)).toEqual([expect.stringMatching(/^no version 28\.2\. of docker-ce; there are: /), BADLY]);
    expect(lines.at(-2)?.split(': ').at(-1)?.trim()).toBe(there);
    expect(host.calls(row?.program).some((words) => words.includes('install'))).toBe(false);
  });

  it.each(['27', '28.2.20', '2'])('is refused by Arch, which has one version only: %s', (wanted) => {
    using host = box();

    const { lines } = host.run(other('pacman', wanted));

    expect(lines.slice(-2)).toEqual([`no version ${wanted} of docker-ce; there is: 28.2.2-1`, BADLY]);
  });
});

it('Alpine gets its community repository where it is commented out, once', () => {
  using host = box();

  for (const _twice of [1, 2]) host.run(other('apk', ''));

  expect(host.read('/etc/apk/repositories')).toBe(
    'https://mirror.test/v3.22/main\n#https://mirror.test/v3.22/community\nhttps://mirror.test/v3.22/community\n',
  );
});
