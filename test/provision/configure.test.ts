import { describe, expect, it } from '@jest/globals';
import {
  configure,
  contents,
  dockerd,
  DROP_IN,
  engineHost,
  failingRestarts,
  KEPT,
  systemctlCalls,
} from './support/engine-host.js';
import { BADLY, WELL } from './support/pieces.js';
import type { Sandbox } from './support/sandbox.js';

describe('the configuration of an engine', () => {
  it('is put in its place, and the engine restarted', () => {
    using box = engineHost();

    const { lines } = box.run(configure());

    expect(lines).toEqual(['@berth begin 0', WELL]);
    expect(contents(box)).toEqual([
      '{"hosts":["fd://"]}\n',
      'new ca.pem\n',
      'new server.pem\n',
      'new server-key.pem\n',
      '[Service]\nExecStart=\nExecStart=@program@ --debug\n',
    ]);
    expect(systemctlCalls(box)).toEqual([
      'daemon-reload',
      'is-enabled --quiet docker.service',
      'reset-failed docker.service',
      'restart docker.service',
    ]);
  });

  it('is read by the running engine at a signal where no more is needed', () => {
    using box = engineHost();
    box.tools('date');
    box.fake('docker', '[ "$1" != events ] || echo "daemon reload"');

    const { lines } = box.run(configure({ reload: 'yes' }));

    expect(lines).toEqual(['@berth begin 0', WELL]);
    expect(box.read('/etc/docker/daemon.json')).toBe('{"hosts":["fd://"]}\n');
    expect(systemctlCalls(box)).toEqual([
      'daemon-reload',
      'is-enabled --quiet docker.service',
      'reload docker.service',
    ]);
  });

  it('restarts an engine that cannot be told to read it', () => {
    using box = engineHost();
    box.fake('systemctl', '[ "$1" != reload ]');

    box.run(configure({ reload: 'yes' }));

    expect(systemctlCalls(box)).toContain('restart docker.service');
  });

  // systemctl reload ends well whatever dockerd thinks of what it reads, and the next start of the engine would fail.
  it('restarts an engine that has not taken what it was told to read, which says why', () => {
    using box = engineHost();
    box.tools('date');
    box.fake('docker');

    box.run(configure({ reload: 'yes' }));

    expect(systemctlCalls(box).filter((call) => /^re(load|start)/.test(call))).toEqual([
      'reload docker.service',
      'restart docker.service',
    ]);
  });

  it('lets the engine start at boot where it does not', () => {
    using box = engineHost();
    box.fake('systemctl', '[ "$1" != is-enabled ]');

    box.run(configure());

    expect(systemctlCalls(box)).toContain('enable docker.service');
  });

  it('fits an engine that was just installed', () => {
    using box = engineHost();

    const { lines } = box.run(configure({ fresh: 'yes' }));

    expect(lines.at(-1)).toBe(WELL);
    const program = `${box.root}/usr/bin/dockerd --containerd=/run/containerd/containerd.sock`;
    expect(box.read(DROP_IN)).toBe(`[Service]\nExecStart=\nExecStart=${program} --debug\n`);
    expect(box.read('/etc/docker/daemon.json')).toBe('{"hosts":["fd://"]}\n');
  });

  it('fits an engine that was installed without a socket unit and without containerd', () => {
    using box = engineHost();
    box.run('rm "$SANDBOX/usr/lib/systemd/system/docker.socket"');
    box.file('/usr/lib/systemd/system/docker.service', `[Service]\nExecStart=-${box.root}/usr/bin/dockerd\n`);

    box.run(configure({ fresh: 'yes' }));

    expect(box.read(DROP_IN)).toBe(`[Service]\nExecStart=\nExecStart=${box.root}/usr/bin/dockerd --debug\n`);
    expect(box.read('/etc/docker/daemon.json')).toBe('{"hosts":["unix:///var/run/docker.sock"]}\n');
  });

  it('says so when the installation left no engine', () => {
    using box = engineHost();
    box.run('rm "$SANDBOX/usr/lib/systemd/system/docker.service"');

    const { lines } = box.run(configure({ fresh: 'yes' }));

    expect(lines).toEqual(['@berth begin 0', 'the installation left no dockerd on the host', BADLY]);
  });
});

describe('a configuration that the engine refuses', () => {
  const OLD = ['old daemon.json', 'old ca.pem', 'old server.pem', 'old server-key.pem', 'old drop-in'];

  function withOldFiles(): Sandbox {
    const box = engineHost();
    [...KEPT, DROP_IN].forEach((path, index) => box.file(path, OLD[index] ?? '', 0o600));
    return box;
  }

  it('is found out before anything is restarted, and the old files stay', () => {
    using box = withOldFiles();
    dockerd(box, '28.2.2', 'echo "unable to configure the Docker daemon: unknown directive: x" >&2; exit 1');

    const { lines } = box.run(configure());

    expect(lines).toEqual(['@berth begin 0', 'unable to configure the Docker daemon: unknown directive: x', BADLY]);
    expect(contents(box)).toEqual(OLD);
    expect(systemctlCalls(box)).toEqual([]);
  });

  it.each(['18.09.1', '19.03.15', '20.10.24+dfsg1'])('is not looked for with versions that cannot: %s', (version) => {
    using box = engineHost();
    dockerd(box, version, 'exit 1');

    expect(box.run(configure()).lines.at(-1)).toBe(WELL);
  });

  it('asks the engine nothing that the probe has found out', () => {
    using box = engineHost();
    dockerd(box, 'unknown', 'exit 1');

    expect(box.run(configure({ version: '20.10.24+dfsg1' })).lines.at(-1)).toBe(WELL);
  });

  it('makes way for the old one when the engine does not start, which then runs again', () => {
    using box = withOldFiles();
    box.fake('systemctl', failingRestarts('first'));

    const { lines } = box.run(configure());

    expect(lines).toEqual([
      '@berth begin 0',
      '@berth note the engine does not start with the new configuration; putting the old one back',
      'failed to start daemon: no such storage driver',
      BADLY,
    ]);
    expect(contents(box)).toEqual(OLD);
    expect(systemctlCalls(box).slice(-4)).toEqual([
      'restart docker.service',
      'daemon-reload',
      'reset-failed docker.service',
      'restart docker.service',
    ]);
  });

  it('leaves nothing behind where there was nothing, and says when the engine does not start either way', () => {
    using box = engineHost();
    box.fake('systemctl', failingRestarts('all'));

    const { lines } = box.run(configure());

    expect(lines.slice(-3)).toEqual([
      'nor does it start with the old configuration',
      'failed to start daemon: no such storage driver',
      BADLY,
    ]);
    expect(contents(box)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('makes way for the old one even where there is no journal', () => {
    using box = withOldFiles();
    box.fake('systemctl', failingRestarts('first'));
    box.fake('journalctl', 'exit 1');

    box.run(configure());

    expect(contents(box)).toEqual(OLD);
  });
});
