import { describe, expect, it } from '@jest/globals';
import { BADLY, oneStep, piece, WELL } from './support/pieces.js';
import { sandbox, type Sandbox } from './support/sandbox.js';

const FILES = ['/etc/docker/daemon.json', '/etc/conf.d/docker'];
const CONFIGURE = oneStep(
  'configure_engine',
  piece('managed-files', { own: 'conf.d-docker /etc/conf.d/docker 0644' }),
  piece('configure-openrc', { version: '' }),
);

function host(): Sandbox {
  const box = sandbox();
  const names = ['ca.pem', 'server.pem', 'server-key.pem', 'daemon.json', 'conf.d-docker'];
  box.deliver(names.map((name) => ({ path: name, content: `new ${name}`, mode: 0o600 })));
  for (const name of ['dockerd', 'docker', 'rc-update', 'rc-service']) box.fake(name);
  box.file('/var/log/docker.log', 'failed to start daemon\n');
  return box;
}

describe('the configuration of an engine under OpenRC', () => {
  it('is validated and put in its place, and the engine is waited for', () => {
    using box = host();
    box.fake('docker', 'echo x >>"$SANDBOX/asked"; [ "$(wc -l <"$SANDBOX/asked")" -ge 3 ]');

    const { lines } = box.run(CONFIGURE);

    expect(lines).toEqual(['@berth begin 0', WELL]);
    expect(FILES.map((path) => box.read(path))).toEqual(['new daemon.json', 'new conf.d-docker']);
    expect(box.calls('dockerd')).toEqual([['dockerd', '--validate', '--config-file', `${box.work}/validated.json`]]);
    expect(box.calls('rc-update')).toEqual([['rc-update', 'add', 'docker', 'default']]);
    expect(box.calls('sleep')).toEqual([
      ['sleep', '0.5'],
      ['sleep', '0.5'],
    ]);
  });

  it('is taken as it is by an engine that cannot validate it', () => {
    using box = host();
    const old = oneStep(
      'configure_engine',
      piece('managed-files', { own: 'conf.d-docker /etc/conf.d/docker 0644' }),
      piece('configure-openrc', { version: '20.10.24+dfsg1' }),
    );

    const { lines } = box.run(old);

    expect(lines).toEqual(['@berth begin 0', WELL]);
    expect(box.calls('dockerd')).toEqual([]);
  });

  it('is refused before anything changes when it does not validate', () => {
    using box = host();
    box.fake('dockerd', 'echo "unknown directive: x"; exit 1');
    box.file('/etc/docker/daemon.json', 'old');

    const { lines } = box.run(CONFIGURE);

    expect(lines).toEqual(['@berth begin 0', 'unknown directive: x', BADLY]);
    expect([box.read('/etc/docker/daemon.json'), box.read('/etc/docker/ca.pem')]).toEqual(['old', undefined]);
    expect(box.calls('rc-service')).toEqual([]);
  });

  it.each([
    { title: 'does not start', service: 'exit 1', docker: 'exit 0' },
    { title: 'does not answer', service: 'exit 0', docker: 'exit 1' },
  ])('makes way for the old one when the engine $title', ({ service, docker }) => {
    using box = host();
    box.fake('rc-service', service);
    box.fake('docker', docker);
    box.file('/etc/docker/daemon.json', 'old');

    const { lines } = box.run(CONFIGURE);

    expect(lines).toEqual(['@berth begin 0', 'failed to start daemon', BADLY]);
    expect(FILES.map((path) => box.read(path))).toEqual(['old', undefined]);
    expect(box.calls('rc-service')).toEqual(Array(2).fill(['rc-service', 'docker', 'restart']));
  });
});
