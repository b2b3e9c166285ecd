import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { renderTemplate } from '../../src/template.js';
import { addEngine, bareHost, debian, FRESH, look } from './support/probed.js';
import { SHELLS } from './support/shells.js';

describe.each(SHELLS)('the probe in $name', ({ shell }) => {
  it('tells of a fresh Debian', () => {
    using box = debian();

    expect(look(box, shell)).toEqual(FRESH);
  });

  it('tells of an engine, its files and its configuration', () => {
    using box = debian();
    addEngine(box);
    const daemonJson = '{\n  "labels": ["a=\\"b\\" ü"]\n}\n';
    box.file('/usr/lib/systemd/system/docker.socket', '');
    box.file('/etc/docker/daemon.json', daemonJson);
    box.file('/etc/docker/server-key.pem', 'key', 0o600);
    box.file('/var/lib/docker/swarm/docker-state.json', '{}');
    box.fake('systemctl', '[ "$1" = is-active ] || [ "$1" = is-enabled ]');

    const found = look(box, shell);

    const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
    const { reaches: _none, ...rest } = FRESH;
    expect(found).toEqual({
      ...rest,
      engine: {
        path: `${box.root}/usr/bin/dockerd`,
        version: '28.2.2',
        running: true,
        socketUnit: true,
        containerd: '/run/containerd/containerd.sock',
        daemonJson,
        enabled: true,
        inSwarm: true,
        rivals: [],
      },
      files: { '/etc/docker/daemon.json': sum(daemonJson), '/etc/docker/server-key.pem': sum('key') },
    });
  });

  it.each([
    { mark: undefined, bundle: '' },
    { mark: 'abc\n', bundle: 'abc' },
  ])('tells of an engine from a static bundle: $bundle', ({ mark, bundle }) => {
    using box = debian();
    addEngine(box);
    const unit = renderTemplate('systemd/docker.service', {});
    box.file('/etc/systemd/system/docker.service', unit.replace('/usr/local', `${box.root}/usr`));
    if (mark !== undefined) box.file('/usr/local/share/berth/engine-bundle', mark);

    expect(look(box, shell)?.engine.bundle).toBe(bundle);
  });

  it('tells of Alpine and an engine under OpenRC', () => {
    using box = bareHost();
    box.file(
      '/etc/os-release',
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.0\nPRETTY_NAME="Alpine Linux v3.22"\n',
    );
    box.fake('dockerd', 'echo Docker version 28.3.3, build 0');
    box.fake('rc-service', '[ "$*" = "docker status" ]');
    box.fake('rc-update', "printf '%s\\n' '               docker |      default'");
    box.file('/etc/conf.d/docker', 'DOCKER_OPTS=\n');

    const found = look(box, shell);

    expect(found?.os).toEqual({ id: 'alpine', like: [], version: '3.22.0', codename: '', title: 'Alpine Linux v3.22' });
    expect([found?.init, found?.sudo, Object.keys(found?.files ?? {})]).toEqual([
      'openrc',
      { can: true },
      ['/etc/conf.d/docker'],
    ]);
    expect(found?.engine).toMatchObject({ version: '28.3.3', running: true, enabled: true, socketUnit: false });
  });

  it('becomes root where sudo asks no password', () => {
    using box = debian();
    box.fake('id', 'case "$1" in -u) echo 1000 ;; *) echo admin ;; esac');
    box.fake('sudo', '[ "$2" = true ] && exit; shift 2; exec "$@"');

    const found = look(box, shell);

    expect(found).toEqual({ ...FRESH, user: 'admin', sudo: { can: true } });
  });

  it('tells why it cannot become root, and the rest all the same', () => {
    using box = debian();
    box.fake('id', 'case "$1" in -u) echo 1000 ;; *) echo admin ;; esac');
    const words = 'sudo: a password is required';
    box.fake('sudo', `echo '${words}' >&2; exit 1`);

    expect(look(box, shell)).toEqual({ ...FRESH, user: 'admin', sudo: { can: false, reason: words } });
  });

  it('tells of a host without sudo', () => {
    using box = debian();
    box.fake('id', 'case "$1" in -u) echo 1000 ;; *) echo admin ;; esac');

    expect(look(box, shell)?.sudo).toEqual({ can: false, reason: 'sudo is not installed' });
  });

  it('counts a private key that others may read as missing', () => {
    using box = debian();
    box.file('/etc/docker/server-key.pem', 'key', 0o640);

    expect(look(box, shell)?.files).toEqual({});
  });

  it('tells of drop-ins that are read after ours and make the engine listen', () => {
    using box = debian();
    const listening = '[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H tcp://0.0.0.0:2375\n';
    const folder = '/etc/systemd/system/docker.service.d';
    for (const name of ['00-earlier.conf', '10-machine.conf', 'override.conf', 'z it.conf']) {
      box.file(`${folder}/${name}`, listening);
    }
    box.file(`${folder}/proxy.conf`, '[Service]\nEnvironment=HTTP_PROXY=http://p:3128\n');
    box.file('/run/systemd/system/docker.service.d/zz.conf', listening.replace('-H tcp', '--host=tcp'));

    expect(look(box, shell)?.engine.rivals).toEqual([
      `${folder}/override.conf`,
      `${folder}/z it.conf`,
      '/run/systemd/system/docker.service.d/zz.conf',
    ]);
  });

  it('leaves out addresses of engines and those that come and go', () => {
    using box = debian();
    const lines = [
      '2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global dynamic eth0\\  valid_lft 86000sec',
      '2: eth0    inet6 2001:db8::7/64 scope global \\  valid_lft forever preferred_lft forever',
      '2: eth0    inet6 2001:db8::aaaa/64 scope global temporary dynamic \\  valid_lft 600sec',
      '2: eth0    inet6 2001:db8::bbbb/64 scope global deprecated \\  valid_lft 600sec',
      '3: docker0    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0\\  valid_lft forever',
      '4: br-1234    inet 172.18.0.1/16 scope global br-1234\\  valid_lft forever',
      '5: wg0    inet 10.0.0.2/32 scope global wg0\\  valid_lft forever',
    ];
    box.fake('ip', `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`);

    expect(look(box, shell)?.addresses).toEqual(['192.0.2.7', '2001:db8::7', '10.0.0.2']);
  });
});
