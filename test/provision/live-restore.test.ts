import { describe, expect, it } from '@jest/globals';
import { configure, engineHost, systemctlCalls } from './support/engine-host.js';
import { WELL } from './support/pieces.js';

describe('containers that run', () => {
  const reloading = '[ "$1" = reload ] && cat "$SANDBOX/etc/docker/daemon.json" >"$SANDBOX/loaded"; exit 0';
  const docker =
    'case "$1" in ps) echo c1 ;; info) grep -q live-restore "$SANDBOX/loaded" && echo true || echo false ;; esac';

  it('keep running through the restart, since live-restore is switched on first', () => {
    using box = engineHost();
    box.file('/loaded', '{}');
    box.file('/etc/docker/daemon.json', '{"old":1}');
    box.fake('systemctl', reloading);
    box.fake('docker', docker);

    const { lines } = box.run(configure({ liveRestore: 'yes' }));

    expect(lines.at(-1)).toBe(WELL);
    expect(box.read('/loaded')).toBe('{"live-restore":true}\n');
    expect(systemctlCalls(box).filter((call) => /^re(load|start)/.test(call))).toEqual([
      'reload docker.service',
      'restart docker.service',
    ]);
    expect(box.read('/etc/docker/daemon.json')).toBe('{"hosts":["fd://"]}\n');
  });

  it.each([
    { title: 'none runs', body: 'exit 0' },
    { title: 'live-restore is on already', body: 'case "$1" in ps) echo c1 ;; info) echo true ;; esac' },
  ])('need no reload when $title', ({ body }) => {
    using box = engineHost();
    box.fake('docker', body);

    box.run(configure({ liveRestore: 'yes' }));

    expect(systemctlCalls(box)).not.toContain('reload docker.service');
  });
});
