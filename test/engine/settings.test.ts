import { describe, expect, it } from '@jest/globals';
import { daemonSetup } from '../../src/engine/daemon.js';
import {
  changedEngine,
  fulfilled,
  isReloadable,
  parseSetting,
  parseSettingKey,
  withSettings,
} from '../../src/engine/settings.js';
import { DEFAULT_ENGINE, type EngineOptions } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';

const engineWith = (...texts: string[]): EngineOptions => changedEngine(DEFAULT_ENGINE, texts.map(parseSetting));

describe('a setting of the engine', () => {
  it.each([
    ['debug=true', { key: 'debug', value: true }],
    ['max-concurrent-uploads=3', { key: 'max-concurrent-uploads', value: 3 }],
    ['log-driver=local', { key: 'log-driver', value: 'local' }],
    ['log-opts.max-file=3', { key: 'log-opts', inner: 'max-file', value: '3' }],
    ['features.containerd-snapshotter=true', { key: 'features', inner: 'containerd-snapshotter', value: true }],
    ['dns=192.0.2.1,192.0.2.2', { key: 'dns', value: ['192.0.2.1', '192.0.2.2'] }],
    ['dns=["192.0.2.1"]', { key: 'dns', value: ['192.0.2.1'] }],
    ['dns=', { key: 'dns', value: [] }],
    [
      'default-address-pools=[{"base":"10.9.0.0/16","size":24}]',
      { key: 'default-address-pools', value: [{ base: '10.9.0.0/16', size: 24 }] },
    ],
    ['bip=a=b', { key: 'bip', value: 'a=b' }],
  ])('is read from %s', (text, setting) => {
    expect(parseSetting(text)).toEqual(setting);
  });

  it.each([
    ['debug', 'an engine setting is KEY=VALUE, got "debug"'],
    ['=x', 'an engine setting is KEY=VALUE, got "=x"'],
    ['De bug=x', 'a key of daemon.json is like "log-level", got "De bug"'],
    ['hosts=fd://', 'berth itself sets "hosts", by which the engine is reached'],
    ['tlsverify=false', 'berth itself sets "tlsverify", by which the engine is reached'],
  ])('is refused in %s', async (text, message) => {
    expect(told(await failureOf(() => parseSetting(text)))).toEqual({ code: 'BadOption', message, exitCode: 2 });
  });
});

describe('the wishes for an engine', () => {
  it('keep settings, inner ones beside each other', () => {
    const { settings } = engineWith('debug=true', 'log-opts.max-size=10m', 'log-opts.max-file=3');

    expect(settings).toEqual({ debug: true, 'log-opts': { 'max-size': '10m', 'max-file': '3' } });
  });

  it('have what a flag of create means where that flag puts it', () => {
    const engine = engineWith(
      'registry-mirrors=https://m',
      'insecure-registries=a:5000',
      'storage-driver=overlay2',
      'labels=zone=a,provider=x',
    );

    expect(engine).toEqual({
      ...DEFAULT_ENGINE,
      registryMirrors: ['https://m'],
      insecureRegistries: ['a:5000'],
      storageDriver: 'overlay2',
      labels: ['zone=a'],
      settings: {},
    });
  });

  it('lose the option of the command line that means the same, which the engine would refuse', () => {
    const engine = { ...DEFAULT_ENGINE, opts: ['log-level=debug', 'label=a=b'] };

    expect(changedEngine(engine, [parseSetting('log-level=warn')])).toEqual({
      ...engine,
      opts: ['label=a=b'],
      settings: { 'log-level': 'warn' },
    });
  });

  it('say what shall not be there until it is gone, and then no more', () => {
    const engine = changedEngine(engineWith('debug=true', 'log-opts.max-size=10m'), [
      { ...parseSettingKey('debug'), value: null },
      { ...parseSettingKey('log-opts.max-size'), value: null },
    ]);

    expect(engine.settings).toEqual({ debug: null, 'log-opts': { 'max-size': null } });
    expect(fulfilled(engine)).toEqual(DEFAULT_ENGINE);
  });

  it('take a list of a flag away from the host too', () => {
    const engine = changedEngine(engineWith('registry-mirrors=https://m'), [{ key: 'registry-mirrors', value: null }]);

    const { config } = daemonSetup(
      { 'registry-mirrors': ['https://m'] },
      { engine, enginePort: 2376, provider: 'x', socket: 'fd://', onlyIpv6: false, swarm: false },
    );

    expect(config['registry-mirrors']).toBeUndefined();
  });
});

describe('daemon.json', () => {
  it('takes settings, beside what the host has in an object, and before what berth sets by itself', () => {
    const engine = engineWith('log-opts.max-size=10m', 'live-restore=false', 'shutdown-timeout=20');
    const existing = { 'log-opts': { compress: 'true' }, 'shutdown-timeout': 60 };

    const { config } = daemonSetup(existing, {
      ...{ engine, enginePort: 2376, provider: 'x', socket: 'fd://', onlyIpv6: false, swarm: false },
    });

    expect(config).toMatchObject({
      'log-opts': { compress: 'true', 'max-size': '10m' },
      'live-restore': false,
      'shutdown-timeout': 20,
    });
  });

  it('has what berth sets by itself again where a setting in its place is taken away', () => {
    const engine = changedEngine(engineWith('live-restore=false'), [{ key: 'live-restore', value: null }]);

    const { config } = daemonSetup(
      { 'live-restore': false },
      { engine, enginePort: 2376, provider: 'x', socket: 'fd://', onlyIpv6: false, swarm: false },
    );

    expect(config['live-restore']).toBe(true);
  });

  it('loses an object whose last key is taken away', () => {
    expect(withSettings({ 'log-opts': { 'max-size': '1m' } }, { 'log-opts': { 'max-size': null } })).toEqual({});
  });

  it.each([
    [{ debug: true }, { debug: false, labels: ['a=b'] }, true],
    [{ a: [1] }, { a: [1] }, true],
    [{}, { 'log-level': 'debug' }, false],
    [{ dns: ['192.0.2.1'] }, {}, false],
    // What is not in the file any more dockerd leaves as it was when it reads it anew.
    [{ debug: true }, {}, false],
    [{ 'registry-mirrors': ['https://m'] }, {}, false],
  ])('from %j to %j needs no restart: %s', (before, after, reloadable) => {
    expect(isReloadable(before, after)).toBe(reloadable);
  });
});
