import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@oclif/core';
import { engineFlags, engineOptions } from '../../src/cli/engine-flags.js';
import { DEFAULT_ENGINE } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testHome } from './support/berth.js';

async function parse(
  argv: string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ReturnType<typeof engineOptions>> {
  const before = process.env;
  process.env = { ...before, ...env };
  try {
    const { flags } = await Parser.parse(argv, { flags: engineFlags, strict: true });
    return engineOptions(flags);
  } finally {
    process.env = before;
  }
}

describe('the options of the engine', () => {
  it('are the defaults where none is given', async () => {
    expect(await parse([])).toEqual({ engine: DEFAULT_ENGINE, tlsSans: [] });
  });

  it('are all taken over, repeated ones in order', async () => {
    const argv = [
      ...['--engine-opt', 'log-level=debug', '--engine-opt', 'dns=192.0.2.53', '--engine-env', 'HTTP_PROXY=http://p:1'],
      ...[
        '--engine-label',
        'role=web',
        '--engine-insecure-registry',
        'r:5000',
        '--engine-registry-mirror',
        'https://m',
      ],
      ...['--engine-storage-driver', 'overlay2', '--engine-install-url', 'https://example.com/install'],
      ...['--engine-version', 'v28.2.2', '--engine-source', 'docker', '--tls-san', 'a', '--tls-san', 'b'],
    ];

    expect(await parse(argv)).toEqual({
      engine: {
        opts: ['log-level=debug', 'dns=192.0.2.53'],
        env: ['HTTP_PROXY=http://p:1'],
        labels: ['role=web'],
        insecureRegistries: ['r:5000'],
        registryMirrors: ['https://m'],
        storageDriver: 'overlay2',
        installUrl: 'https://example.com/install',
        source: 'docker',
        bundle: '',
        version: '28.2.2',
      },
      tlsSans: ['a', 'b'],
    });
  });

  it('keep commas of the command line', async () => {
    const { engine } = await parse(['--engine-opt', 'default-ulimit=nofile=1:2,3', '--engine-registry-mirror', 'a,b']);

    expect(engine).toMatchObject({ opts: ['default-ulimit=nofile=1:2,3'], registryMirrors: ['a,b'] });
  });

  it('come from the environment, parted at commas', async () => {
    const { engine } = await parse([], {
      ENGINE_REGISTRY_MIRROR: 'https://a, https://b,',
      MACHINE_DOCKER_INSTALL_URL: 'https://example.com/install',
    });

    expect(engine).toMatchObject({
      registryMirrors: ['https://a', 'https://b'],
      installUrl: 'https://example.com/install',
    });
  });

  it('take none for a URL, as docker-machine of Rancher does: nothing is installed', async () => {
    const { engine } = await parse(['--engine-install-url', 'none']);

    expect(engine.installUrl).toBe('none');
  });

  it('add the registry mirrors of the command line to those of the environment', async () => {
    using home = testHome();
    const env = { ENGINE_REGISTRY_MIRROR: 'https://a, https://b' };
    const create = ['create', '-d', 'none', '--url', 'tcp://127.0.0.1:1'];

    await home.berth([...create, '--engine-registry-mirror', 'https://c', 'web-1'], { env });
    await home.berth([...create, 'web-2'], { env });

    const format = '{{.HostOptions.EngineOptions.RegistryMirror}}';
    expect((await home.berth(['inspect', '-f', format, 'web-1'])).stdout).toBe('[https://a https://b https://c]\n');
    expect((await home.berth(['inspect', '-f', format, 'web-2'])).stdout).toBe('[https://a https://b]\n');
  });

  it('mean the usual way by the URL that docker-machine had for it', async () => {
    const { engine } = await parse(['--engine-install-url', 'https://get.docker.com']);

    expect(engine.installUrl).toBe('');
  });

  it('mean a bundle where one is named', async () => {
    const { engine } = await parse(['--engine-bundle', './docker.tgz']);

    expect(engine).toMatchObject({ source: 'bundle', bundle: resolve('docker.tgz') });
  });

  it.each([
    [['--engine-env', 'A'], 'option --engine-env wants name=value, got "A"'],
    [['--engine-label', '=x'], 'option --engine-label wants name=value, got "=x"'],
    [['--engine-install-url', '/tmp/x'], 'option --engine-install-url wants an http or https URL, got "/tmp/x"'],
    [['--engine-version', '28; rm'], 'option --engine-version wants a version such as 28 or 28.2.2, got "28; rm"'],
    [['--engine-version', '28.2-rc'], 'option --engine-version wants a version such as 28 or 28.2.2, got "28.2-rc"'],
  ])('are refused as %j', async (argv, message) => {
    const failure = await failureOf(parse(argv));

    expect(told(failure)).toEqual({ code: 'BadOption', message, exitCode: 2 });
  });

  it('say when the engine is installed, and who reaches it through a firewall', async () => {
    const argv = ['--engine-install-at', 'boot', '--engine-allow', '192.0.2.0/24', '--engine-allow', 'caller'];

    const { engine } = await parse(argv);

    expect(engine).toEqual({ ...DEFAULT_ENGINE, installAt: 'boot', allow: ['192.0.2.0/24', 'caller'] });
  });

  it('take who reaches the engine from the environment too', async () => {
    expect((await parse([], { BERTH_ENGINE_ALLOW: '192.0.2.7, any' })).engine.allow).toEqual(['192.0.2.7/32', 'any']);
  });

  it.each([
    [['--engine-bundle', 'docker.tgz'], 'a bundle is sent over SSH'],
    [['--engine-source', 'bundle'], 'a bundle is sent over SSH'],
    [['--engine-install-url', 'none'], 'no engine is installed'],
  ])('refuse an installation at boot with %j', async (argv, why) => {
    const failure = await failureOf(parse([...argv, '--engine-install-at', 'boot']));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `option --engine-install-at wants "ssh" where ${why}, got "boot"`,
      exitCode: 2,
    });
  });
});
