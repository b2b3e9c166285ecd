import type { Take } from './transcript.js';

const URL = 'tcp://127.0.0.1:1';
const MISSING = 'a machine that does not exist';
const NO_NAME = 'no name, and no machine "default"';
const TOO_MANY = 'too many names';
const BAD_FLAG = 'a flag that does not exist';
const BAD_NAME = 'a name that no machine can have';
const WRONG_VALUE = 'a wrong value of a flag';
const NO_HOST = 'a machine without a host';
const AS_DOCKER_MACHINE = 'called as docker-machine';

/** What goes wrong with every command that takes names, in the same words. */
function mistakes(command: string, { several = false } = {}): Take[] {
  return [
    { title: MISSING, args: [command, 'nope'] },
    { title: NO_NAME, args: [command] },
    several
      ? { title: 'several names, one of which does not exist', args: [command, 'web-1', 'nope'] }
      : { title: TOO_MANY, args: [command, 'web-1', 'web-2'] },
    { title: BAD_FLAG, args: [command, '--frob', 'web-1'] },
    { title: WRONG_VALUE, args: [command, '--ssh-timeout=soon', 'web-1'] },
    { title: BAD_NAME, args: [command, 'web_1'] },
  ];
}

const none = (...args: string[]): string[] => ['create', '-d', 'none', '--url', URL, ...args];

/** Command lines for a home with the machines web-1 and web-2 of the driver none, whose engine does not answer. */
export const NONE_TAKES: Readonly<Record<string, readonly Take[]>> = {
  active: [
    { title: 'no machine is active', args: ['active'] },
    { title: 'DOCKER_HOST names a machine', args: ['active'], env: { DOCKER_HOST: URL } },
    { title: 'DOCKER_HOST names none', args: ['active'], env: { DOCKER_HOST: 'tcp://192.0.2.1:2376' } },
    { title: TOO_MANY, args: ['active', 'web-1'] },
    { title: BAD_FLAG, args: ['active', '--frob'] },
    { title: WRONG_VALUE, args: ['active', '-t', 'soon'] },
    { title: AS_DOCKER_MACHINE, args: ['active', '-timeout=1'], calledAs: 'docker-machine' },
  ],
  adopt: [
    { title: 'no address', args: ['adopt', 'old'] },
    { title: 'an address that is none', args: ['adopt', 'old', 'a b'] },
    { title: 'a name that is taken', args: ['adopt', 'web-1', 'root@127.0.0.1'] },
    { title: BAD_NAME, args: ['adopt', 'web_1', 'root@127.0.0.1'] },
    { title: TOO_MANY, args: ['adopt', 'old', 'root@127.0.0.1', 'more'] },
    { title: BAD_FLAG, args: ['adopt', '--frob', 'old', 'root@127.0.0.1'] },
    { title: AS_DOCKER_MACHINE, args: ['adopt', 'old'], calledAs: 'docker-machine' },
  ],
  config: [
    { title: 'one machine', args: ['config', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['config', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('config'),
  ],
  create: [
    { title: 'one machine', args: none('a') },
    { title: AS_DOCKER_MACHINE, args: none('b'), calledAs: 'docker-machine' },
    { title: 'flags before and behind the name', args: [...none('c'), '--engine-label', 'role=web'] },
    { title: 'flags with one dash', args: ['create', '-driver', 'none', '-url', URL, 'd'] },
    { title: 'flags that are tied to their values', args: ['create', '-d=none', `--url=${URL}`, '--', 'e'] },
    { title: 'the driver from the environment', args: ['create', '--url', URL, 'f'], env: { MACHINE_DRIVER: 'none' } },
    { title: 'as JSON', args: none('--json', 'g') },
    { title: 'a name that is taken', args: none('a') },
    { title: 'several names for one engine', args: none('h', 'i') },
    { title: 'no name', args: none() },
    { title: 'an empty name', args: none('') },
    { title: BAD_NAME, args: none('web_3') },
    { title: 'a name of a machine next door', args: none('../web-1') },
    { title: 'no driver of this name', args: ['create', '-d', 'nope', 'h'] },
    { title: 'an option that the driver needs is missing', args: ['create', '-d', 'none', 'h'] },
    { title: 'a wrong value of an option of the driver', args: ['create', '-d', 'none', '--url', 'x', 'h'] },
    { title: 'a wrong value of an option of the engine', args: none('--engine-label', 'x', 'h') },
    { title: BAD_FLAG, args: none('--frob', 'h') },
    { title: 'a flag without its value', args: ['create', 'h', '--driver'] },
  ],
  env: [
    { title: 'one machine', args: ['env', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['env', 'web-1'], calledAs: 'docker-machine' },
    ...['bash', 'fish', 'powershell', 'cmd', 'tcsh', 'emacs', 'frob'].flatMap((shell) => [
      { title: `for ${shell}`, args: ['env', '--shell', shell, 'web-1'] },
      { title: `for ${shell}, taken back`, args: ['env', '--shell', shell, '-u'] },
    ]),
    { title: 'for the shell of the user', args: ['env', 'web-1'], env: { SHELL: '/usr/bin/fish' } },
    { title: 'the shell of the user is unknown', args: ['env', 'web-1'], env: { SHELL: '' } },
    { title: 'around the proxy', args: ['env', '--no-proxy', 'web-1'], env: { NO_PROXY: '10.0.0.1' } },
    { title: 'around the proxy, taken back', args: ['env', '--no-proxy', '-u'], env: { no_proxy: '10.0.0.1' } },
    { title: 'a flag of the program', args: ['-D', 'env', 'web-1'] },
    { title: 'a flag with one dash, behind the name', args: ['env', 'web-1', '-shell=fish'] },
    { title: 'taken back, with a name', args: ['env', '-u', 'web-1'] },
    ...mistakes('env'),
  ],
  help: [
    { title: 'of a command', args: ['help', 'url'] },
    { title: 'of a command, by its flag', args: ['url', '-help'] },
    { title: AS_DOCKER_MACHINE, args: ['url', '-h'], calledAs: 'docker-machine' },
    { title: 'of a command that does not exist', args: ['help', 'frob'] },
    { title: 'a command that does not exist', args: ['frob'] },
    { title: 'a command with a slip', args: ['inspec', 'web-1'] },
    { title: 'a flag of the program that does not exist', args: ['--frob', 'ls'] },
  ],
  inspect: [
    { title: 'one machine', args: ['inspect', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['inspect', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('inspect'),
  ],
  ip: [
    { title: 'one machine', args: ['ip', 'web-1'] },
    { title: 'several machines', args: ['ip', 'web-2', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['ip', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('ip', { several: true }),
  ],
  kill: [
    { title: 'what the driver cannot do', args: ['kill', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['kill', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('kill', { several: true }),
  ],
  ls: [
    { title: 'all machines', args: ['ls'] },
    { title: 'names only', args: ['ls', '-q'] },
    { title: 'a filter', args: ['ls', '--filter', 'driver=none', '--filter', 'name=2$', '-q'] },
    { title: 'a filter that nothing passes', args: ['ls', '--filter', 'driver=generic'] },
    { title: 'a machine that DOCKER_HOST names', args: ['ls'], env: { DOCKER_HOST: URL } },
    { title: AS_DOCKER_MACHINE, args: ['-D', 'ls', '-q=true'], calledAs: 'docker-machine' },
    { title: 'no time to answer', args: ['ls', '-t', '0'] },
    { title: 'a filter without a value', args: ['ls', '--filter', 'name'] },
    { title: 'a filter of no known key', args: ['ls', '--filter', 'frob=1'] },
    { title: 'a filter that is no regular expression', args: ['ls', '--filter', 'name=['] },
    { title: 'a name', args: ['ls', 'web-1'] },
    { title: BAD_FLAG, args: ['ls', '--frob'] },
    { title: WRONG_VALUE, args: ['ls', '-t', 'soon'] },
    { title: 'an empty store', args: ['-s', '/nowhere', 'ls'] },
  ],
  mount: [
    { title: NO_HOST, args: ['mount', 'web-1:/srv', 'srv'] },
    { title: MISSING, args: ['mount', 'nope:/srv', 'srv'] },
    { title: 'a path of no machine "default"', args: ['mount', '/srv'] },
    { title: 'no path', args: ['mount'] },
    { title: 'too many paths', args: ['mount', 'web-1:/srv', 'srv', 'more'] },
    { title: BAD_FLAG, args: ['mount', '--frob', 'web-1:/srv'] },
    { title: AS_DOCKER_MACHINE, args: ['mount', 'nope:/srv'], calledAs: 'docker-machine' },
  ],
  provision: [
    { title: NO_HOST, args: ['provision', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['provision', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('provision', { several: true }),
  ],
  'regenerate-certs': [
    { title: NO_HOST, args: ['regenerate-certs', '-f', 'web-1'] },
    { title: 'a no', args: ['regenerate-certs', 'web-1'], stdin: 'n\n' },
    { title: 'no answer', args: ['regenerate-certs', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['regenerate-certs', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('regenerate-certs', { several: true }),
  ],
  restart: [
    { title: 'what the driver cannot do', args: ['restart', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['restart', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('restart', { several: true }),
  ],
  rm: [
    { title: 'a no', args: ['rm', 'web-1'], stdin: 'n\n' },
    { title: 'no answer', args: ['rm', 'web-1'] },
    { title: 'a yes', args: ['rm', 'web-1'], stdin: 'y\n' },
    { title: 'without asking', args: ['rm', '-y', 'web-2'] },
    { title: AS_DOCKER_MACHINE, args: ['rm', '-f', 'web-3'], calledAs: 'docker-machine' },
    { title: MISSING, args: ['rm', '-y', 'nope'] },
    { title: `${MISSING}, with force`, args: ['rm', '-f', 'nope'] },
    { title: 'an empty name, with force', args: ['rm', '-f', ''] },
    { title: 'a name of a folder next door, with force', args: ['rm', '-f', '../certs'] },
    { title: 'no name', args: ['rm', '-y'] },
    { title: BAD_FLAG, args: ['rm', '--frob', 'web-1'] },
  ],
  scp: [
    { title: NO_HOST, args: ['scp', 'web-1:/etc/hostname', '.'] },
    { title: MISSING, args: ['scp', 'nope:/etc/hostname', '.'] },
    { title: 'no machine at all', args: ['scp', 'a', 'b'] },
    { title: 'one path', args: ['scp', 'web-1:/etc/hostname'] },
    { title: 'too many paths', args: ['scp', 'web-1:/etc/hostname', 'web-1:/etc/hosts', '.'] },
    { title: BAD_FLAG, args: ['scp', '--frob', 'web-1:/etc/hostname', '.'] },
    { title: AS_DOCKER_MACHINE, args: ['scp', 'nope:/srv', '.'], calledAs: 'docker-machine' },
  ],
  ssh: [
    { title: NO_HOST, args: ['ssh', 'web-1', 'uname', '-a'] },
    { title: MISSING, args: ['ssh', 'nope', 'uname', '-a'] },
    { title: NO_NAME, args: ['ssh'] },
    { title: BAD_FLAG, args: ['ssh', '--frob', 'web-1'] },
    { title: BAD_NAME, args: ['ssh', 'web_1'] },
    { title: WRONG_VALUE, args: ['ssh', '--ssh-timeout=soon', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['ssh', 'nope'], calledAs: 'docker-machine' },
  ],
  start: [
    { title: 'a machine that runs', args: ['start', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['start', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('start', { several: true }),
  ],
  status: [
    { title: 'one machine', args: ['status', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['status', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('status'),
  ],
  stop: [
    { title: 'what the driver cannot do', args: ['stop', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['stop', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('stop', { several: true }),
  ],
  upgrade: [
    { title: NO_HOST, args: ['upgrade', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['upgrade', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('upgrade', { several: true }),
  ],
  url: [
    { title: 'one machine', args: ['url', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['url', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('url'),
  ],
  version: [
    { title: 'of the program', args: ['version'] },
    ...['--version', '-v', '-version'].map((flag) => ({ title: `of the program, by ${flag}`, args: [flag] })),
    { title: AS_DOCKER_MACHINE, args: ['version'], calledAs: 'docker-machine' },
    ...mistakes('version').filter(({ title }) => title !== NO_NAME),
  ],
};
