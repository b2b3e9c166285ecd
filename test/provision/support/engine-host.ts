import { oneStep, piece } from './pieces.js';
import { sandbox, type Sandbox } from './sandbox.js';

export const DROP_IN = '/etc/systemd/system/docker.service.d/10-machine.conf';
export const KEPT = ['daemon.json', 'ca.pem', 'server.pem', 'server-key.pem'].map((name) => `/etc/docker/${name}`);

export const configure = ({ fresh = 'no', liveRestore = 'no', version = '', reload = 'no' } = {}): string =>
  oneStep(
    'configure_engine',
    piece('unit'),
    piece('managed-files', { own: '10-machine.conf /etc/systemd/system/docker.service.d/10-machine.conf 0644' }),
    piece('configure-systemd', { fresh, liveRestore, version, reload }),
  );

/** A host with an engine under systemd, and what is delivered to it; `systemctl` succeeds unless the test says otherwise. */
export function engineHost(): Sandbox {
  const box = sandbox();
  const names = ['ca.pem', 'server.pem', 'server-key.pem'];
  box.deliver([
    ...names.map((name) => ({ path: name, content: `new ${name}\n`, mode: 0o600 })),
    { path: 'daemon.json', content: '{"hosts":["fd://"]}\n', mode: 0o644 },
    { path: 'live-restore.json', content: '{"live-restore":true}\n', mode: 0o644 },
    { path: '10-machine.conf', content: '[Service]\nExecStart=\nExecStart=@program@ --debug\n', mode: 0o644 },
  ]);
  const unit = `[Service]\nExecStart=${box.root}/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock\n`;
  box.file('/usr/lib/systemd/system/docker.service', unit);
  box.file('/usr/lib/systemd/system/docker.socket', '');
  dockerd(box, '28.2.2');
  box.fake('systemctl');
  box.fake('journalctl', 'echo "failed to start daemon: no such storage driver"');
  return box;
}

/** Says its version, and validates well or says why not. */
export function dockerd(box: Sandbox, version: string, validation = 'exit 0'): void {
  const body = `#!/bin/sh\n[ "$1" != --version ] || { echo "Docker version ${version}, build 0"; exit; }\n`;
  box.file('/usr/bin/dockerd', `${body}${validation}\n`, 0o755);
}

export const systemctlCalls = (box: Sandbox): string[] =>
  box.calls('systemctl').map((words) => words.slice(1).join(' '));
export const contents = (box: Sandbox): (string | undefined)[] => [...KEPT, DROP_IN].map((path) => box.read(path));

/** Restarts fail: the first one, or all. */
export const failingRestarts = (which: 'first' | 'all'): string =>
  `[ "$1" = restart ] || exit 0
[ ${which} = all ] || [ ! -e "$SANDBOX/restarted" ] && { echo x >"$SANDBOX/restarted"; exit 1; }
exit 0`;
