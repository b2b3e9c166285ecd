import type { GenericStage } from './generic-stage.js';
import type { Take } from './transcript.js';

const ONE = 'one machine';
const OFF = 'the host does not answer';
const ENGINE_OFF = 'the engine does not answer';
const OTHERS = "somebody else's engine answers";
const REFUSED = 'the login is refused';
const CHANGED = 'the host has another key';
const CANNOT = 'what the driver cannot do';
const AS_DOCKER_MACHINE = 'called as docker-machine';
const calledAs = 'docker-machine';

/** Command lines for a home with the machine web-1 of the driver generic, which runs in the beginning of each. */
export function genericTakes(stage: GenericStage): Readonly<Record<string, readonly Take[]>> {
  const env = { DOCKER_HOST: stage.engineUrl };
  const passphrase = { BERTH_PASSPHRASE: 'a long passphrase' };
  const archive = `${stage.home.path}/machines.berth`;
  const exported = ['export', '--offline', '-o', archive, 'web-1'];
  const off = async (): Promise<void> => stage.powerOff();
  const on = async (): Promise<void> => stage.reset();
  const engineOff = async (): Promise<void> => stage.engineOff();
  const others = async (): Promise<void> => stage.engineOfOthers();
  const refuse = async (): Promise<void> => stage.refuseLogins();
  const changeKey = async (): Promise<void> => stage.changeHostKey();
  /** What goes wrong with everything that logs in, told at once. */
  const loginFailures = (...args: readonly string[]): Take[] => [
    { title: OFF, args: ['--ssh-timeout', '3', ...args], before: off },
    { title: REFUSED, args: ['--ssh-timeout', '3', ...args], before: () => on().then(refuse) },
    { title: CHANGED, args, before: () => on().then(changeKey) },
  ];
  return {
    active: [
      { title: ONE, args: ['active'], env },
      { title: ENGINE_OFF, args: ['active'], env, before: engineOff },
      { title: OFF, args: ['active'], env, before: off },
    ],
    adopt: [
      {
        title: ONE,
        args: ['adopt', '--ssh-key', '/home/ada/key', 'old', `ada@${stage.host}`],
        before: async () => stage.answer({ 'docker version --format {{.Server.Version}}': { stdout: '28.2.2\n' } }),
      },
      { title: 'its variables', args: ['env', 'old'] },
      {
        title: 'no engine',
        args: ['adopt', '--ssh-key', '/home/ada/key', 'older', `ada@${stage.host}`],
        before: async () => stage.answer({}),
      },
      {
        title: OFF,
        args: ['adopt', '--ssh-key', '/home/ada/key', 'older', `ada@${stage.host}`],
        before: off,
      },
    ],
    config: [
      { title: ONE, args: ['config', 'web-1'] },
      { title: AS_DOCKER_MACHINE, args: ['config', 'web-1'], calledAs },
      { title: OTHERS, args: ['config', 'web-1'], before: others },
      { title: ENGINE_OFF, args: ['config', 'web-1'], before: engineOff },
    ],
    create: [
      { title: ONE, args: stage.create('web-2') },
      { title: AS_DOCKER_MACHINE, args: stage.create('web-3'), calledAs },
      { title: 'as JSON', args: [...stage.create('web-4'), '--json'] },
      { title: 'a name that is taken', args: stage.create('web-1') },
      { title: 'no address', args: ['create', '-d', 'generic', 'web-5'] },
      { title: 'an address that is none', args: stage.create('web-5', { 'ip-address': 'a b' }) },
      { title: 'a key that is not there', args: stage.create('web-5', { 'ssh-key': '/nowhere' }) },
      { title: 'a port that is none', args: stage.create('web-5', { 'ssh-port': 'x' }) },
      ...loginFailures(...stage.create('web-5')).slice(0, 2),
      {
        title: 'the same again, with a host that answers',
        args: stage.create('web-5'),
        before: () => stage.powerOff().then(() => stage.powerOn()),
      },
      { title: OTHERS, args: stage.create('web-6'), before: others },
      {
        title: 'the system of the host is unknown',
        args: stage.create('web-7'),
        before: () => on().then(() => stage.answer({ probe: { stdout: 'user=root\nsudo=root\nend=1\n' } })),
      },
      {
        title: 'a step on the host fails',
        args: stage.create('web-8'),
        before: async () =>
          stage.answer({ apply: { stdout: '@berth begin 0\nno such unit\n@berth fail 0 1\n', code: 1 } }),
      },
    ],
    env: [
      { title: ONE, args: ['env', 'web-1'] },
      { title: 'around the proxy', args: ['env', '--no-proxy', 'web-1'], env: { NO_PROXY: '127.0.0.11' } },
      { title: ENGINE_OFF, args: ['env', 'web-1'], before: engineOff },
    ],
    export: [
      { title: 'without reaching the host', args: exported, env: passphrase },
      { title: 'a file that exists', args: exported, env: passphrase },
      { title: 'as JSON', args: ['export', '--json', '--offline', '-o', `${archive}.2`, 'web-1'], env: passphrase },
      { title: OFF, args: ['export', '-o', `${archive}.3`, 'web-1'], env: passphrase, before: off },
    ],
    import: [
      { title: 'an archive', args: ['export', '--offline', '-o', `${archive}.4`, 'web-1'], env: passphrase },
      { title: 'a name that is taken', args: ['import', `${archive}.4`], env: passphrase },
      { title: 'left out', args: ['import', '--skip-existing', `${archive}.4`], env: passphrase },
      { title: 'under another name', args: ['import', '--rename', 'web-1=web-2', `${archive}.4`], env: passphrase },
      { title: 'another passphrase', args: ['import', `${archive}.4`], env: { BERTH_PASSPHRASE: 'another' } },
      { title: 'what came in', args: ['ls', '-q'] },
      { title: 'reached', args: ['config', 'web-2'] },
    ],
    inspect: [{ title: ONE, args: ['inspect', 'web-1'] }],
    ip: [
      { title: ONE, args: ['ip', 'web-1'] },
      { title: OFF, args: ['ip', 'web-1'], before: off },
    ],
    kill: [
      { title: CANNOT, args: ['kill', 'web-1'] },
      { title: AS_DOCKER_MACHINE, args: ['kill', 'web-1'], calledAs },
    ],
    ls: [
      { title: ONE, args: ['ls'], env },
      { title: OTHERS, args: ['ls'], before: others },
      { title: ENGINE_OFF, args: ['ls'], before: engineOff },
      { title: OFF, args: ['ls'], before: off },
      { title: 'by state', args: ['ls', '-q', '--filter', 'state=stopped'] },
    ],
    mount: [{ title: 'no sshfs', args: ['mount', 'web-1:/srv', 'srv'], env: { PATH: '/nowhere' } }],
    provision: [
      { title: ONE, args: ['provision', 'web-1'] },
      { title: AS_DOCKER_MACHINE, args: ['provision', 'web-1'], calledAs },
      ...loginFailures('provision', 'web-1'),
    ],
    'regenerate-certs': [
      { title: ONE, args: ['regenerate-certs', '-f', 'web-1'] },
      { title: 'a yes', args: ['regenerate-certs', 'web-1'], stdin: 'y\n' },
    ],
    restart: [{ title: ONE, args: ['restart', 'web-1'] }, ...loginFailures('restart', 'web-1').slice(0, 1)],
    rm: [
      { title: ONE, args: ['rm', '-y', 'web-1'] },
      { title: OFF, args: ['rm', '-y', 'web-1'], before: () => on().then(off) },
    ],
    scp: [
      {
        title: 'to the machine',
        args: ['scp', '/home/ada/key', 'web-1:/home/ada/copy'],
        before: async () => stage.runCommands(),
      },
      { title: 'from the machine', args: ['scp', 'web-1:/home/ada/copy', '/home/ada/again'] },
      { title: 'a file that is not there', args: ['scp', 'web-1:/nowhere/file', '/home/ada'] },
      { title: 'a folder without -r', args: ['scp', '/home/ada/seed', 'web-1:/nowhere'] },
      {
        title: 'no rsync',
        args: ['scp', '-d', '/home/ada/key', 'web-1:/nowhere'],
        env: { PATH: '/nowhere' },
      },
      ...loginFailures('scp', 'web-1:/nowhere/file', '/home/ada'),
    ],
    ssh: [
      {
        title: 'a command',
        args: ['ssh', 'web-1', 'uname', '-a'],
        before: async () =>
          stage.answer({
            'uname -a': { stdout: 'Linux web-1\n' },
            'ls /nowhere': { stderr: 'ls: cannot access /nowhere\n', code: 2 },
            'kill -9 $$': { signal: 'KILL' },
          }),
      },
      { title: 'behind two dashes', args: ['ssh', 'web-1', '--', 'uname', '-a'] },
      { title: 'a command that fails', args: ['ssh', 'web-1', 'ls', '/nowhere'] },
      { title: 'a command that is not there', args: ['ssh', 'web-1', 'frob'] },
      { title: 'a command that ends by a signal', args: ['ssh', 'web-1', 'kill -9 $$'] },
      { title: AS_DOCKER_MACHINE, args: ['ssh', 'web-1', 'uname -a'], calledAs },
      ...loginFailures('ssh', 'web-1', 'uname', '-a'),
    ],
    start: [
      { title: 'a machine that runs', args: ['start', 'web-1'] },
      { title: CANNOT, args: ['start', 'web-1'], before: off },
    ],
    ports: [{ title: 'a server without a firewall of a provider', args: ['ports', 'web-1'] }],
    buildx: [{ title: ONE, args: ['buildx', 'web-1'] }],
    inventory: [
      { title: 'all machines', args: ['inventory'] },
      { title: 'one host', args: ['inventory', '--host', 'web-1'] },
      { title: 'as YAML', args: ['inventory', '--yaml'] },
    ],
    'ssh-config': [
      { title: ONE, args: ['ssh-config', 'web-1'] },
      { title: 'to install', args: ['ssh-config', '--install'] },
      { title: 'installed already', args: ['ssh-config', '--install'] },
    ],
    transport: [{ title: ONE, args: ['transport', 'web-1'] }],
    tunnel: [{ title: 'a machine that needs none', args: ['tunnel', 'web-1'] }],
    status: [
      { title: ONE, args: ['status', 'web-1'] },
      { title: ENGINE_OFF, args: ['status', 'web-1'], before: engineOff },
      { title: OFF, args: ['status', 'web-1'], before: off },
    ],
    stop: [{ title: CANNOT, args: ['stop', 'web-1'] }],
    upgrade: [
      { title: 'an engine that is the newest', args: ['upgrade', 'web-1'] },
      { title: OTHERS, args: ['upgrade', 'web-1'], before: others },
    ],
    url: [
      { title: ONE, args: ['url', 'web-1'] },
      { title: OFF, args: ['url', 'web-1'], before: off },
    ],
    version: [
      { title: ONE, args: ['version', 'web-1'] },
      { title: OTHERS, args: ['version', 'web-1'], before: others },
    ],
  };
}
