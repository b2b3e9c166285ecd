import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testFolder } from '../helpers/folder.js';

const ROOT = resolve(import.meta.dirname, '../..');
/** What the scripts use before they know whether they can work here. */
const TOOLS = ['cat', 'dirname', 'sed', 'sh'];
const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of bin/ where only these programs answer. */
function run(script: string, fakes: Readonly<Record<string, string>>, ...args: string[]): Ran {
  using folder = testFolder();
  for (const tool of TOOLS) symlinkSync(join('/bin', tool), join(folder.path, tool));
  for (const [name, body] of Object.entries(fakes))
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(ROOT, 'bin', script), ...args], {
    env: { PATH: folder.path },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const LINUX = { uname: 'echo Linux', id: 'echo 0' };
const MORE = 'A machine can also be made of any server that answers SSH; README.md says how.\n';

describe('bin/quickstart', () => {
  it('says that it needs Linux', () => {
    const ran = run('quickstart', { uname: 'echo Darwin', id: 'echo 0', node: 'exit 0', npm: 'exit 0' });

    expect(ran).toEqual({
      status: 2,
      stdout: '',
      stderr: `bin/quickstart cannot run here:\nThis is Darwin; machines booted by systemd-nspawn need Linux.\n${MORE}`,
    });
  });

  (isDebian ? it : it.skip)('says that it needs root', () => {
    const ran = run('quickstart', { ...LINUX, id: 'echo 1000', node: 'exit 0', npm: 'exit 0' });

    expect(ran).toEqual({
      status: 2,
      stdout: '',
      stderr: `bin/quickstart cannot run here:\nYou are not root; systemd-nspawn, apt-get and the network of a machine need root.\n${MORE}`,
    });
  });

  it('says that Node is missing, and how to install it', () => {
    const { status, stderr } = run('quickstart', LINUX);

    expect(status).toBe(2);
    expect(stderr).toContain('Node 20.19 or newer is missing.\n  ');
  });

  it('says which Node there is when it is too old', () => {
    const { status, stderr } = run('quickstart', {
      ...LINUX,
      node: '[ "$1" = -p ] && echo 18.20.4; exit 1',
      npm: 'exit 0',
    });

    expect(status).toBe(2);
    expect(stderr).toContain('Node is version 18.20.4; 20.19 or newer is needed.\n  ');
  });

  it('says that npm is missing', () => {
    const { status, stderr } = run('quickstart', { ...LINUX, node: 'exit 0' });

    expect(status).toBe(2);
    expect(stderr).toContain(
      'npm is missing: it comes with Node, and on Debian in the package npm (apt-get install npm).\n',
    );
  });
});

describe.each(['quickstart', 'test'])('bin/%s', (script) => {
  it('refuses words that it does not know', () => {
    const { status, stdout, stderr } = run(script, LINUX, '--nonsense');

    expect({ status, stdout, stderr: stderr.split('\n')[0] }).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^Usage: bin/${script} `)) as string,
    });
  });

  it('explains itself', () => {
    const { status, stdout, stderr } = run(script, LINUX, '--help');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Exit codes: 0 ');
  });
});
