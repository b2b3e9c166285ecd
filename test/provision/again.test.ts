import { expect, it } from '@jest/globals';
import { script } from '../../src/provision/apply.js';
import type { Facts } from '../../src/provision/contract.js';
import { plan } from '../../src/provision/plan.js';
import type { EngineOptions } from '../../src/record.js';
import { CERTIFICATES, facts, os, stepsFor, wanted } from './support/hosts.js';
import { addEngine, bareHost, debian, look } from './support/probed.js';
import type { Sandbox } from './support/sandbox.js';

const ALL: Partial<EngineOptions> = {
  opts: ['log-driver=local', 'label=a=1'],
  env: [`NOTE=it's "100%" $HOME`],
  labels: [`b="it's"`],
  insecureRegistries: ['r:5000'],
  registryMirrors: ['https://m'],
  storageDriver: 'overlay2',
};

/** A package that brings the engine, with what stands in its unit besides; it runs and is enabled from then on. */
function withPackage({ socket, unit }: { readonly socket: boolean; readonly unit?: string }): Sandbox {
  const box = debian();
  for (const name of ['apt-get', 'apt-cache', 'journalctl']) box.fake(name);
  addEngine(box);
  if (socket) box.file('/usr/lib/systemd/system/docker.socket', '');
  if (unit !== undefined)
    box.file('/usr/lib/systemd/system/docker.service', unit.replace('DOCKERD', `${box.root}/usr/bin/dockerd`));
  box.fake('systemctl');
  return box;
}

function alpine(): Sandbox {
  const box = bareHost();
  box.file('/etc/apk/repositories', 'https://mirror.test/community\n');
  for (const name of ['apk', 'docker', 'rc-service']) box.fake(name);
  box.fake('dockerd', 'echo Docker version 28.3.3, build 0');
  box.fake('rc-update', 'echo "docker | default"');
  return box;
}

const systemd = facts();
const openrc = facts({ os: os('alpine'), init: 'openrc' });

it.each<{ title: string; box: () => Sandbox; host: Facts; engine: Partial<EngineOptions> }>([
  { title: 'Debian', box: () => withPackage({ socket: true }), host: systemd, engine: {} },
  { title: 'Debian, all options', box: () => withPackage({ socket: true }), host: systemd, engine: ALL },
  { title: 'no socket unit', box: () => withPackage({ socket: false }), host: systemd, engine: ALL },
  {
    title: 'no containerd in the unit',
    box: () => withPackage({ socket: true, unit: '[Service]\nExecStart=DOCKERD -H fd://\n' }),
    host: systemd,
    engine: {},
  },
  { title: 'Alpine', box: alpine, host: openrc, engine: {} },
  { title: 'Alpine, all options', box: alpine, host: openrc, engine: { ...ALL, opts: ['log-driver=local'] } },
])('a host that was just installed needs nothing more: $title', ({ box: make, host, engine }) => {
  using box = make();
  const steps = stepsFor({ host, source: 'distribution', engine });
  box.deliver(steps.flatMap(({ files }) => files));

  const { lines } = box.run(script(steps));
  const found = look(box);

  expect(lines.at(-1)).toBe('@berth end 1');
  expect(found?.engine.path).toBeDefined();
  const again = { facts: found ?? host, wanted: wanted(engine), certificates: CERTIFICATES, installation: [] };
  expect(plan({ ...again, machineName: 'web-1' })).toEqual([]);
});
