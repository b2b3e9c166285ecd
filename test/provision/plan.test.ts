import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Facts, Wanted } from '../../src/provision/contract.js';
import { plan, type Step } from '../../src/provision/plan.js';
import type { EngineOptions } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { textOf } from './support/golden.js';
import { CERTIFICATES, facts, os, wanted } from './support/hosts.js';

const ENGINE: Facts['engine'] = {
  path: '/usr/bin/dockerd',
  version: '28.2.2',
  running: true,
  socketUnit: true,
  containerd: '/run/containerd/containerd.sock',
  enabled: true,
  inSwarm: false,
  rivals: [],
};
const withEngine = (changes: Partial<Facts['engine']> = {}, more: Partial<Facts> = {}): Facts =>
  facts({ engine: { ...ENGINE, ...changes }, ...more });

const planFor = (host: Facts, wish: Wanted = wanted()): readonly Step[] =>
  plan({ facts: host, wanted: wish, certificates: CERTIFICATES, installation: [], machineName: 'web-1' });

const TARGETS: Readonly<Record<string, string>> = {
  '10-machine.conf': '/etc/systemd/system/docker.service.d/10-machine.conf',
  'conf.d-docker': '/etc/conf.d/docker',
};

/** The host after the steps: what they deliver stands there, and the engine runs. */
function afterwards(host: Facts, steps: readonly Step[]): Facts {
  const files = steps.flatMap((step) => step.files).filter(({ path }) => path !== 'live-restore.json');
  const sums = files.map(({ path, content }) => [
    TARGETS[path] ?? `/etc/docker/${path}`,
    createHash('sha256').update(textOf({ content })).digest('hex'),
  ]);
  const daemonJson = contentOf(steps, 'daemon.json');
  return {
    ...host,
    files: Object.fromEntries(sums) as Record<string, string>,
    engine: { ...host.engine, daemonJson, running: true, enabled: true },
  };
}

const contentOf = (steps: readonly Step[], name: string): string => {
  const file = steps.flatMap(({ files }) => files).find(({ path }) => path === name);
  return file ? textOf(file) : '';
};

describe('the plan for a host with an engine', () => {
  const alpine = facts({
    os: os('alpine'),
    init: 'openrc',
    engine: { path: '/usr/bin/dockerd', running: true, enabled: true, socketUnit: false, inSwarm: false, rivals: [] },
  });
  const all: Partial<EngineOptions> = {
    opts: ['log-driver=local', 'label=a=$HOME'],
    env: ['HTTP_PROXY=http://p%40:3128'],
    labels: ['zone=a'],
    insecureRegistries: ['r:5000'],
    registryMirrors: ['https://m'],
    storageDriver: 'overlay2',
  };

  it.each([
    { title: 'plain', host: withEngine(), wish: wanted() },
    { title: 'all options', host: withEngine(), wish: wanted(all) },
    {
      title: 'keys of its own',
      host: withEngine({ daemonJson: '{"dns":["192.0.2.1"],"labels":["x=y"]}' }),
      wish: wanted(all),
    },
    { title: 'in a swarm', host: withEngine({ inSwarm: true }), wish: wanted() },
    { title: 'without a socket unit', host: withEngine({ socketUnit: false }), wish: wanted() },
    { title: 'IPv6 only', host: withEngine({}, { addresses: ['2001:db8::7'] }), wish: wanted() },
    { title: 'OpenRC', host: alpine, wish: wanted({ ...all, opts: ['debug'] }) },
  ])('is empty once it has been carried out: $title', ({ host, wish }) => {
    const steps = planFor(host, wish);

    expect(steps.map(({ title }) => title)).toEqual(['Configuring the engine']);
    expect(planFor(afterwards(host, steps), wish)).toEqual([]);
  });

  const good = afterwards(withEngine(), planFor(withEngine()));
  it.each([
    { title: 'the engine does not run', host: { ...good, engine: { ...good.engine, running: false } } },
    { title: 'the engine does not start at boot', host: { ...good, engine: { ...good.engine, enabled: false } } },
    { title: 'a file differs', host: { ...good, files: { ...good.files, '/etc/docker/ca.pem': '00' } } },
    { title: 'a file is not there', host: { ...good, files: {} } },
  ])('configures the engine when $title', ({ host }) => {
    expect(planFor(host).map(({ call }) => call)).toEqual(['configure_engine']);
  });

  it('sets a host name only where one is wanted and another is set', () => {
    const names = [undefined, 'web-1', 'web-2'];

    const plans = names.map((name) => planFor(good, wanted({}, name === undefined ? {} : { hostname: name })));

    expect(plans.map((steps) => steps.map(({ title }) => title))).toEqual([[], [], ['Setting the host name']]);
  });
});

describe('the files of a plan', () => {
  it('keep the private key to root', () => {
    const modes = planFor(withEngine()).flatMap(({ files }) => files.map(({ path, mode }) => [path, mode.toString(8)]));

    expect(Object.fromEntries(modes)).toEqual({
      'ca.pem': '644',
      'server.pem': '644',
      'server-key.pem': '600',
      'daemon.json': '644',
      '10-machine.conf': '644',
      'live-restore.json': '644',
    });
  });

  it('switch live-restore on in the configuration that runs, and change nothing else there', () => {
    const steps = planFor(withEngine({ daemonJson: '{"debug":true}' }));

    expect(JSON.parse(contentOf(steps, 'live-restore.json'))).toEqual({ debug: true, 'live-restore': true });
  });

  it('are made for systemd and for OpenRC', () => {
    const openrc = facts({ init: 'openrc', engine: { ...ENGINE, socketUnit: false } });

    const names = [withEngine(), openrc].map((host) => planFor(host, wanted({ opts: ['debug'] })));

    expect(contentOf(names[0] ?? [], '10-machine.conf').split('\n')).toContain(
      'ExecStart=/usr/bin/dockerd --containerd=/run/containerd/containerd.sock --debug',
    );
    expect(contentOf(names[1] ?? [], 'conf.d-docker')).toBe('# Written by berth.\nDOCKER_OPTS=--debug\n');
  });
});

describe('a plan that cannot be made', () => {
  it('says so of a daemon.json that is none', async () => {
    const failure = await failureOf(() => planFor(withEngine({ daemonJson: '{' })));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: '/etc/docker/daemon.json on web-1 is not valid JSON',
      exitCode: 4,
    });
  });

  it('says so of an option that is none', async () => {
    const failure = await failureOf(() => planFor(withEngine(), wanted({ env: ['A'] })));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'an engine variable is one line "NAME=value", got "A"',
      exitCode: 2,
    });
  });
});
