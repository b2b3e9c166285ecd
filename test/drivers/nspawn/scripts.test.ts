import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import type { NspawnMachine } from '../../../drivers/nspawn/index.js';
import { nspawn } from '../../../drivers/nspawn/index.js';
import { runScripts, sweepScript } from '../../../drivers/nspawn/scripts.js';

const MACHINE: NspawnMachine = {
  machine: 'web-1-01234567',
  hostname: 'web-1',
  link: 'berth0123456',
  subnet: '172.30.111.0/24',
  root: '/var/cache/berth/nspawn/0123456789ab',
  memory: 512,
  cpus: 2,
};
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

describe('the scripts that run a local machine', () => {
  const scripts = { ...runScripts(MACHINE, '172.30.111.9'), sweep: sweepScript(MACHINE) };

  it.each(Object.entries<string>({ ...scripts }))('are understood by a POSIX shell: %s', (_name, text) => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  (hasShellcheck ? it : it.skip).each(Object.entries<string>({ ...scripts }))(
    'give shellcheck nothing to say: %s',
    (_name, text) => {
      // SC2034: the common part sets what one of the scripts may not need; SC2317: or calls.
      const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2034,SC2317', '-'], {
        input: text,
        encoding: 'utf8',
      });

      expect(stdout).toBe('');
    },
  );

  it('ask for the address that the machine had before any other', () => {
    expect(scripts.supervise).toContain("candidates='172.30.111.9 172.30.111.2 172.30.111.3 ");
  });

  it('forget an address of another network', () => {
    expect(runScripts(MACHINE, '10.0.0.2').supervise).toContain("candidates='172.30.111.2 172.30.111.3 ");
  });

  it('limit memory in bytes, and processors', () => {
    expect(scripts.supervise).toMatch(/^memory=512000000\ncpus=2$/m);
  });
});

describe('the record of a local machine', () => {
  const options = { memory: 512, 'cpu-count': 2, 'disk-size': 4000, packages: ['docker.io'], subnet: '10.1.0.0/16' };

  it('comes back from the store as it went in', () => {
    const stored = nspawn.toStored(options, MACHINE);

    expect(nspawn.fromStored(JSON.parse(JSON.stringify(stored)) as typeof stored)).toEqual({
      options,
      resource: MACHINE,
    });
  });

  it('has no handle before there is a machine', () => {
    expect(nspawn.fromStored(nspawn.toStored(options, undefined))).toEqual({ options });
  });

  it('has the usual options where the store says nothing', () => {
    expect(nspawn.fromStored({})).toEqual({
      options: { memory: 0, 'cpu-count': 0, 'disk-size': 20_000, packages: [], subnet: '172.30.111.0/24' },
    });
  });
});
