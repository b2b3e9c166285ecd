import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testHome, type Home, type Ran } from '../cli/support/berth.js';
import { freePort } from '../helpers/engine.js';

let home: Home;
let url: string;
beforeAll(async () => {
  home = testHome();
  url = `tcp://127.0.0.1:${await freePort()}`;
  const options = ['--engine-label', 'role=web', '--engine-label', 'zone=a', '--engine-opt', 'debug'];
  await home.berth(['create', '-d', 'none', '--url', url, ...options, 'web-1']);
  await home.berth(['create', '-d', 'none', '--url', url, 'db']);
});
afterAll(() => home[Symbol.dispose]());

const done = (stdout: string): Ran => ({ stdout, stderr: '', exitCode: 0 });
const refused = (message: string): Ran => ({ stdout: '', stderr: `Error: ${message}\nCode: BadOption\n`, exitCode: 2 });
const inspect = (format: string): Promise<Ran> => home.berth(['inspect', 'web-1', '-f', format]);
const list = (format: string, ...more: string[]): Promise<Ran> => home.berth(['ls', '--format', format, ...more]);

describe('inspect --format', () => {
  it.each([
    ['{{.Name}}', 'web-1'],
    ['{{.DriverName}} {{.Driver.MachineName}}', 'none web-1'],
    ['{{.ConfigVersion}}', '3'],
    ['{{.HostOptions.EngineOptions.Labels}}', '[role=web zone=a]'],
    ['{{json .HostOptions.EngineOptions.Labels}}', '["role=web","zone=a"]'],
    ['{{prettyjson .HostOptions.EngineOptions.Labels}}', '[\n    "role=web",\n    "zone=a"\n]'],
    ['{{range .HostOptions.EngineOptions.Labels}}{{.}};{{end}}', 'role=web;zone=a;'],
    ['{{index .HostOptions.EngineOptions.Labels 0}}', 'role=web'],
    ['{{.HostOptions.EngineOptions.TlsVerify}}', 'true'],
    ['{{.HostOptions.SwarmOptions.Env}}', '<no value>'],
    ['{{.Nope}} {{.Nope.Below}}', '<no value> <no value>'],
    ['{{len .HostOptions.EngineOptions.ArbitraryFlags}}', '1'],
    ['{{with .Driver}}{{printf "%s/%v" .MachineName .SSHPort}}{{end}}', 'web-1/22'],
    [String.raw`a\tb`, String.raw`a\tb`],
    ['100% %s', '100% %s'],
  ])('%j prints %j', async (format, text) => {
    expect(await inspect(format)).toEqual(done(`${text}\n`));
  });

  it('prints the folder of the certificates, which CI systems ask for', async () => {
    const ran = await home.berth(['inspect', '--format={{.HostOptions.AuthOptions.StorePath}}', 'web-1']);

    expect(ran).toEqual(done(`${join(home.store, 'machines', 'web-1')}\n`));
  });

  it('prints the same as without, but on one line and with sorted names, for {{json .}}', async () => {
    const { stdout } = await inspect('{{json .}}');

    const whole = await home.berth(['inspect', 'web-1']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(whole.stdout));
    expect(stdout.startsWith('{"Berth":{')).toBe(true);
  });

  it('hides the secrets that docker-machine wrote into the record', async () => {
    const folder = join(home.store, 'machines', 'old');
    const driver = { MachineName: 'old', ResourceGroup: 'g', Location: 'westus', ClientSecret: 'a<b&"c' };
    await mkdir(folder);
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({ ConfigVersion: 3, Driver: driver, DriverName: 'azure', Name: 'old', HostOptions: {} }),
    );

    const { stdout } = await home.berth(['inspect', 'old', '-f', '{{.Driver.ClientSecret}}']);
    const whole = await home.berth(['inspect', 'old']);

    expect(stdout).toBe('(hidden)\n');
    expect(whole.stdout).toContain('"ClientSecret": "(hidden)"');
    await rm(folder, { recursive: true });
  });

  it('prints the record as JSON for an empty format', async () => {
    expect(await inspect('')).toEqual(await home.berth(['inspect', 'web-1']));
  });

  it.each([
    ['{{.Name', 'template parsing error: template: :1: unclosed action'],
    ['{{nope .}}', 'template parsing error: template: :1: function "nope" not defined'],
    ['{{end}}', 'template parsing error: template: :1: unexpected {{end}}'],
    [
      '{{.Name.First}}',
      `template: :1:7: executing "" at <.Name.First>: can't evaluate field First in type interface {}`,
    ],
    [
      '{{index .Name 99}}',
      'template: :1:2: executing "" at <index .Name 99>: error calling index: index out of range: 99',
    ],
  ])('refuses %j in the words of docker-machine', async (format, message) => {
    expect(await inspect(format)).toEqual(refused(message));
  });

  it('says first that there is no such machine', async () => {
    const { stderr, exitCode } = await home.berth(['inspect', 'nope', '-f', '{{']);

    expect(stderr.split('\n')[1]).toBe('Code: MachineNotFound');
    expect(exitCode).toBe(2);
  });
});

describe('ls --format', () => {
  it.each([
    ['{{.Name}}', 'db\nweb-1\n'],
    [String.raw`{{.Name}}\t{{.DriverName}}\n--`, 'db\tnone\n--\nweb-1\tnone\n--\n'],
    ['  {{.Name}}  ', 'db\nweb-1\n'],
    ['{{.Active}}{{.ActiveHost}}{{.ActiveSwarm}}{{.State}}', '-falsefalseRunning\n-falsefalseRunning\n'],
    ['{{.EngineOptions.Labels}}', '[]\n[role=web zone=a]\n'],
    [
      '{{.EngineOptions.ArbitraryFlags}}{{.EngineOptions.TLSVerify}}{{.EngineOptions.DNS}}',
      '[]true[]\n[debug]true[]\n',
    ],
    ['{{.SwarmOptions.Host}} {{.SwarmOptions.Heartbeat}}', 'tcp://0.0.0.0:3376 0\ntcp://0.0.0.0:3376 0\n'],
    ['{{if eq .Name "db"}}{{.DockerVersion}}{{else}}{{.Swarm}}-{{end}}', 'Unknown\n-\n'],
    ['{{json .Name}}', '"db"\n"web-1"\n'],
    ['table {{.Name}}', 'NAME\ndb\nweb-1\n'],
    ['table{{.Name}}', 'NAME\ndb\nweb-1\n'],
    [
      String.raw`table {{.Name}}\t{{.State}}\t{{.DriverName}}`,
      'NAME    STATE     DRIVER\ndb      Running   none\nweb-1   Running   none\n',
    ],
  ])('%j prints %j', async (format, text) => {
    expect(await list(format)).toEqual(done(text));
  });

  it('has a header for each of the columns', async () => {
    const columns = 'Name Active ActiveHost ActiveSwarm DriverName State URL SwarmOptions Swarm EngineOptions Error';
    const format = `${columns} DockerVersion ResponseTime`.replace(/\w+/g, '{{.$&}}');

    const { stdout } = await list(`table ${format}`, '--filter', 'name=nothing');

    expect(stdout).toBe(
      'NAME ACTIVE ACTIVE_HOST ACTIVE_SWARM DRIVER STATE URL SWARM_OPTIONS SWARM ENGINE_OPTIONS ERRORS DOCKER RESPONSE\n',
    );
  });

  it('marks the machine that DOCKER_HOST names', async () => {
    const format = '{{.Active}} {{.ActiveHost}} {{.URL}}';

    const ran = await home.berth(['ls', '-f', format, '--filter', 'name=db'], { env: { DOCKER_HOST: url } });

    expect(ran).toEqual(done(`* true ${url}\n`));
  });

  it('prints how long the engine took as Go prints a duration', async () => {
    const { stdout } = await list('{{.ResponseTime}} {{.ResponseTime.Seconds}}', '--filter', 'name=db');

    expect(stdout).toMatch(/^(\d+ms|\d+(\.\d+)?s) \d+(\.\d+)?(e-\d+)?\n$/);
  });

  it('has a line for a record that cannot be read, without options', async () => {
    using broken = testHome();
    await mkdir(join(broken.store, 'machines', 'old'), { recursive: true });
    await writeFile(join(broken.store, 'machines', 'old', 'config.json'), '{');

    const ran = await broken.berth(['ls', '-f', '{{.Name}}|{{.DriverName}}|{{.State}}|{{.EngineOptions}}|{{.Error}}']);

    expect(ran).toEqual(done('old|not found|Error|<nil>|cannot read the record of "old": config.json is not JSON\n'));
  });

  it('is left alone by --quiet and --json', async () => {
    expect(await list('{{.Bogus}}', '-q')).toEqual(done('db\nweb-1\n'));
    expect(JSON.parse((await list('{{.Bogus}}', '--json')).stdout)).toHaveLength(2);
  });

  it.each([
    ['{{.Name', 'template: :2: unclosed action started at :1'],
    [
      '{{.Bogus}}',
      `template: :1:2: executing "" at <.Bogus>: can't evaluate field Bogus in type commands.HostListItem`,
    ],
  ])('refuses %j in the words of docker-machine', async (format, message) => {
    expect(await list(format)).toEqual(refused(message));
  });

  it('does not notice an unknown field where there is no machine', async () => {
    expect(await list('{{.Bogus}}', '--filter', 'name=nothing')).toEqual(done(''));
  });
});
