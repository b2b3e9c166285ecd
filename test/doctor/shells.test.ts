import { describe, expect, it } from '@jest/globals';
import { examineShell, type ShellExam } from '../../src/doctor/shells.js';
import { parseName } from '../../src/name.js';
import type { Machine } from '../../src/record.js';

const WEB = {
  name: parseName('web-1'),
  address: '192.0.2.7',
  enginePort: 2376,
  transport: { kind: 'tls' },
} as unknown as Machine;
const URL = 'tcp://192.0.2.7:2376';

function examined(environment: ShellExam['environment'], exam: Partial<ShellExam> = {}) {
  return examineShell({
    environment,
    shell: 'bash',
    machines: [WEB],
    names: ['web-1', 'torn'],
    base: '/store',
    currentContext: '',
    contexts: ['web-1'],
    ...exam,
  });
}

describe('the variables of a shell', () => {
  it.each([
    ['nothing', {}],
    ['a machine of the store', { DOCKER_HOST: URL, DOCKER_MACHINE_NAME: 'web-1' }],
    ['a machine whose record is broken', { DOCKER_HOST: URL, DOCKER_MACHINE_NAME: 'torn' }],
    ["somebody's own engine", { DOCKER_HOST: 'tcp://192.0.2.9:2375' }],
    ['a context of the client', { DOCKER_CONTEXT: 'web-1' }],
    ["the client's default context", { DOCKER_CONTEXT: 'default' }],
  ])('may name %s', (_what, environment) => {
    expect(examined(environment).findings).toEqual([]);
  });

  it.each([
    ['by its name', { DOCKER_HOST: 'tcp://192.0.2.9:2376', DOCKER_MACHINE_NAME: 'gone' }],
    ['by its folder', { DOCKER_HOST: 'tcp://192.0.2.9:2376', DOCKER_CERT_PATH: '/store/machines/gone' }],
  ])('are told of when they name a machine that is gone, %s', (_how, environment) => {
    expect(examined(environment).findings).toEqual([
      {
        id: 'docker-host-gone',
        severity: 'error',
        fact: 'DOCKER_HOST tcp://192.0.2.9:2376 is that of machine "gone", which is gone',
        remedy: 'eval "$(berth env --unset)"',
      },
    ]);
  });

  it('are told of when the machine is elsewhere by now', () => {
    const { findings } = examined({ DOCKER_HOST: 'tcp://192.0.2.9:2376', DOCKER_MACHINE_NAME: 'web-1' });

    expect(findings).toEqual([
      {
        id: 'docker-host-stale',
        severity: 'error',
        fact: 'DOCKER_HOST is tcp://192.0.2.9:2376, and machine "web-1" is at tcp://192.0.2.7:2376',
        remedy: 'eval "$(berth env web-1)"',
      },
    ]);
  });

  it('are told of when DOCKER_HOST makes DOCKER_CONTEXT mean nothing', () => {
    expect(examined({ DOCKER_HOST: 'tcp://192.0.2.9:2375', DOCKER_CONTEXT: 'web-1' }).findings).toEqual([
      {
        id: 'docker-context-shadowed',
        severity: 'warning',
        fact: 'DOCKER_CONTEXT "web-1" has no effect while DOCKER_HOST is set',
        remedy: 'unset DOCKER_CONTEXT, or eval "$(berth env --unset)"',
      },
    ]);
  });

  it.each([
    ['DOCKER_CONTEXT', { DOCKER_CONTEXT: 'gone' }, '', 'unset DOCKER_CONTEXT'],
    ["the client's configuration", {}, 'gone', 'docker context use default'],
  ])('are told of when %s names a context that is gone', (_what, environment, currentContext, remedy) => {
    expect(examined(environment, { currentContext }).findings).toEqual([
      {
        id: 'docker-context-gone',
        severity: 'error',
        fact: 'the docker client uses the context "gone", which is gone',
        remedy,
      },
    ]);
  });
});

describe('what mends the variables', () => {
  it.each([
    ['fish', 'set -e DOCKER_CONTEXT, or eval (berth env --unset)'],
    ['powershell', 'Remove-Item Env:\\\\DOCKER_CONTEXT, or & berth env --unset | Invoke-Expression'],
    ['zsh', 'unset DOCKER_CONTEXT, or eval "$(berth env --unset)"'],
  ])('is as %s takes it', (shell, remedy) => {
    const { findings } = examined({ DOCKER_HOST: 'tcp://192.0.2.9:2375', DOCKER_CONTEXT: 'web-1' }, { shell });

    expect(findings.map((finding) => finding.remedy)).toEqual([remedy]);
  });
});

describe('the line about a shell', () => {
  it('says whether it has shell-init, and which machine it uses', () => {
    const startUp = { path: '/home/ada/.bashrc', text: 'eval "$(berth shell-init bash)"\n' };

    expect(examined({ DOCKER_HOST: URL, DOCKER_MACHINE_NAME: 'web-1' }, { startUp }).seen).toBe(
      'bash with shell-init, using web-1',
    );
    expect(examined({}).seen).toBe('bash without shell-init');
  });
});
