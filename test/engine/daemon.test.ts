import { describe, expect, it } from '@jest/globals';
import { daemonJson, daemonSetup, parseDaemonJson, type DaemonWish } from '../../src/engine/daemon.js';
import { DEFAULT_ENGINE, type EngineOptions } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';

const wish = (engine: Partial<EngineOptions> = {}, more: Partial<DaemonWish> = {}): DaemonWish => ({
  engine: { ...DEFAULT_ENGINE, ...engine },
  enginePort: 2376,
  provider: 'generic',
  socket: 'fd://',
  onlyIpv6: false,
  swarm: false,
  ...more,
});

const PLAIN = {
  hosts: ['fd://', 'tcp://0.0.0.0:2376'],
  tls: true,
  tlsverify: true,
  tlscacert: '/etc/docker/ca.pem',
  tlscert: '/etc/docker/server.pem',
  tlskey: '/etc/docker/server-key.pem',
  labels: ['provider=generic'],
  'live-restore': true,
};

describe('the setup of an engine', () => {
  it('listens with TLS, names the provider and keeps containers running through restarts', () => {
    expect(daemonSetup({}, wish())).toEqual({ config: PLAIN, flags: [] });
  });

  it('keeps keys of the host that are none of ours, in their order, and replaces ours', () => {
    const existing = {
      'log-driver': 'journald',
      labels: ['old=1'],
      dns: ['192.0.2.1'],
      hosts: ['unix://'],
      tls: false,
    };

    const { config } = daemonSetup(existing, wish());

    expect(config).toEqual({ ...PLAIN, 'log-driver': 'journald', dns: ['192.0.2.1'] });
    expect(Object.keys(config).slice(0, 3)).toEqual(['log-driver', 'labels', 'dns']);
  });

  it('keeps lists of the host that nobody asked to change', () => {
    const existing = {
      'insecure-registries': ['a:5000'],
      'registry-mirrors': ['https://m'],
      'storage-driver': 'btrfs',
    };

    expect(daemonSetup(existing, wish()).config).toEqual({ ...PLAIN, ...existing });
  });

  it('holds labels, registries, mirrors and the storage driver as given, quotes and all', () => {
    const engine = {
      labels: ['zone=a', `note=it's "quoted"`],
      insecureRegistries: ['r1:5000', '10.0.0.0/8'],
      registryMirrors: ['https://m1', 'https://m2'],
      storageDriver: 'overlay2',
    };

    expect(daemonSetup({}, wish(engine)).config).toEqual({
      ...PLAIN,
      labels: ['zone=a', `note=it's "quoted"`, 'provider=generic'],
      'insecure-registries': ['r1:5000', '10.0.0.0/8'],
      'registry-mirrors': ['https://m1', 'https://m2'],
      'storage-driver': 'overlay2',
    });
  });

  it('switches live-restore off in a swarm, which refuses it', () => {
    const { config } = daemonSetup({ 'live-restore': true }, wish({}, { swarm: true }));

    expect(config['live-restore']).toBe(false);
  });

  it('listens on every IPv6 address of a host that has no others', () => {
    const { config } = daemonSetup({}, wish({}, { onlyIpv6: true, socket: 'unix:///var/run/docker.sock' }));

    expect(config['hosts']).toEqual(['unix:///var/run/docker.sock', 'tcp://[::]:2376']);
  });
});

describe('options of the engine that daemon.json has a key for', () => {
  it('take the place of a single value, of ours as of the host', () => {
    const engine = { opts: ['live-restore=false', 'log-driver=local', 'debug'] };

    const setup = daemonSetup({ 'log-driver': 'journald', debug: false, dns: ['192.0.2.1'] }, wish(engine));

    expect(setup.flags).toEqual(['--live-restore=false', '--log-driver=local', '--debug']);
    const { 'live-restore': _gone, ...rest } = PLAIN;
    expect(setup.config).toEqual({ ...rest, dns: ['192.0.2.1'] });
  });

  it.each([
    { opt: 'label=zone=b', key: 'labels', flags: ['--label=zone=a', '--label=provider=generic', '--label=zone=b'] },
    { opt: 'host=tcp://:1', key: 'hosts', flags: ['--host=fd://', '--host=tcp://0.0.0.0:2376', '--host=tcp://:1'] },
    { opt: 'H=tcp://:1', key: 'hosts', flags: ['--host=fd://', '--host=tcp://0.0.0.0:2376', '-H=tcp://:1'] },
    {
      opt: 'insecure-registry=r2',
      key: 'insecure-registries',
      flags: ['--insecure-registry=r1', '--insecure-registry=r2'],
    },
    {
      opt: 'registry-mirror=https://m2',
      key: 'registry-mirrors',
      flags: ['--registry-mirror=https://m1', '--registry-mirror=https://m2'],
    },
  ])('join our own list as flags: $opt', ({ opt, key, flags }) => {
    const lists = { labels: ['zone=a'], insecureRegistries: ['r1'], registryMirrors: ['https://m1'] };

    const setup = daemonSetup({}, wish({ ...lists, opts: [opt] }));

    expect(setup.flags).toEqual(flags);
    expect(setup.config).not.toHaveProperty(key);
  });
});

describe('the daemon.json of a host', () => {
  it.each(['', ' \n'])('may be empty: %j', (text) => {
    expect(parseDaemonJson(text, 'web-1')).toEqual({});
  });

  it.each([
    {
      title: 'a comma too many',
      text: '{\n  "debug": true,\n}\n',
      cause: 'line 3, column 1: Expected double-quoted property name',
    },
    { title: 'a list', text: '[1]', cause: 'it holds no object' },
    { title: 'nothing', text: 'null', cause: 'it holds no object' },
    { title: 'cut short', text: '{"debug":', cause: 'Unexpected end of JSON input' },
  ])('is refused when it holds $title, with the place', async ({ text, cause }) => {
    const failure = await failureOf(() => parseDaemonJson(text, 'web-1'));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: '/etc/docker/daemon.json on web-1 is not valid JSON',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'Correct it on the host, then: berth provision web-1',
      'berth ssh web-1 sudo mv /etc/docker/daemon.json /etc/docker/daemon.json.old',
    ]);
    expect((failure.cause as Error).message).toBe(cause);
  });

  it('comes back from its own text as the same text', () => {
    const text = daemonJson(daemonSetup({ dns: ['192.0.2.1'] }, wish({ labels: ['a="b"'] })).config);

    expect(daemonJson(parseDaemonJson(text, 'web-1'))).toBe(text);
  });
});
