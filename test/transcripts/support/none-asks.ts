import {
  MISSING,
  NO_NAME,
  TOO_MANY,
  BAD_FLAG,
  BAD_NAME,
  WRONG_VALUE,
  AS_DOCKER_MACHINE,
  mistakes,
} from './mistakes.js';
import { COMMANDS } from '../../helpers/commands.js';
import type { Take } from './transcript.js';

const URL = 'tcp://127.0.0.1:1';

/** Command lines that only ask, for a home with the machines web-1 to web-3 of the driver none, whose engine does not answer. */
export const NONE_ASKS: Readonly<Record<string, readonly Take[]>> = {
  active: [
    { title: 'no machine is active', args: ['active'] },
    { title: 'DOCKER_HOST names a machine', args: ['active'], env: { DOCKER_HOST: URL } },
    { title: 'DOCKER_HOST names none', args: ['active'], env: { DOCKER_HOST: 'tcp://192.0.2.1:2376' } },
    { title: TOO_MANY, args: ['active', 'web-1'] },
    { title: BAD_FLAG, args: ['active', '--frob'] },
    { title: WRONG_VALUE, args: ['active', '-t', 'soon'] },
    { title: AS_DOCKER_MACHINE, args: ['active', '-timeout=1'], calledAs: 'docker-machine' },
  ],
  // What they do with a file: test/commands/project.test.ts.
  ...Object.fromEntries(
    ['apply', 'destroy', 'plan'].map((command) => [
      command,
      [
        { title: 'no file', args: [command] },
        { title: BAD_FLAG, args: [command, '--frob'] },
      ],
    ]),
  ),
  completion: [
    // The scripts themselves are followed in the shells: test/shell/completion.test.ts.
    { title: 'for a shell that there are none for', args: ['completion', 'frob'] },
    { title: BAD_FLAG, args: ['completion', '--frob'] },
  ],
  // What is in them for hosts: test/lifecycle/ssh-config.test.ts, test/lifecycle/inventory.test.ts.
  buildx: [
    { title: 'two machines', args: ['buildx', 'web-1', 'web-2'] },
    { title: 'another name of the builder', args: ['buildx', '--builder', 'arm', 'web-1'] },
    { title: 'a name that no builder has', args: ['buildx', '--builder', 'a;b', 'web-1'] },
    { title: 'as JSON', args: ['buildx', '--json', 'web-1'] },
    ...mistakes('buildx', { several: true }),
  ],
  inventory: [
    { title: 'machines without hosts', args: ['inventory'] },
    { title: 'a machine without a host', args: ['inventory', '--host', 'web-1'] },
    { title: 'one host and all hosts', args: ['inventory', '--host', 'web-1', '--list'] },
    { title: 'one host and another', args: ['inventory', '--host', 'web-1', 'web-2'] },
    { title: BAD_FLAG, args: ['inventory', '--frob'] },
  ],
  'ssh-config': [
    { title: 'machines without hosts', args: ['ssh-config'] },
    { title: 'a machine without a host', args: ['ssh-config', 'web-1'] },
    { title: 'to install, of one machine', args: ['ssh-config', '--install', 'web-1'] },
    { title: MISSING, args: ['ssh-config', 'nope'] },
    { title: BAD_FLAG, args: ['ssh-config', '--frob'] },
  ],
  transport: [
    { title: 'one machine', args: ['transport', 'web-1'] },
    { title: 'a machine without a host', args: ['transport', 'web-1', 'ssh'] },
    { title: 'a transport that there is none of', args: ['transport', 'web-1', 'udp'] },
    { title: 'no name', args: ['transport'] },
    { title: BAD_FLAG, args: ['transport', 'web-1', '--frob'] },
  ],
  tunnel: [
    { title: 'a machine that needs none', args: ['tunnel', 'web-1'] },
    { title: WRONG_VALUE, args: ['tunnel', '--idle', 'soon', 'web-1'] },
    ...mistakes('tunnel'),
  ],
  config: [
    { title: 'one machine', args: ['config', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['config', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('config'),
  ],
  docker: [
    { title: 'what the docker client asks a plugin', args: ['docker-cli-plugin-metadata'], calledAs: 'docker-machine' },
    { title: 'as docker machine', args: ['machine', 'env', 'web-1'], calledAs: 'docker-machine' },
    {
      title: 'as docker machine: a machine that does not exist',
      args: ['machine', 'url', 'nope'],
      calledAs: 'docker-machine',
    },
    { title: 'as docker machine: no command', args: ['machine', 'frob'], calledAs: 'docker-machine' },
    { title: 'a command to complete', args: ['__complete', 'machine', 'st'], calledAs: 'docker-machine' },
    { title: 'a name to complete', args: ['__complete', 'machine', 'url', ''], calledAs: 'docker-machine' },
    { title: 'a flag to complete', args: ['__complete', 'machine', 'rm', '--f'], calledAs: 'docker-machine' },
  ],
  doctor: [
    // What it finds: test/doctor, on real hosts test/e2e/doctor.test.ts.
    { title: MISSING, args: ['doctor', 'nope'] },
    { title: MISSING, args: ['doctor', '--json', '--fix', 'web-1', 'nope'] },
    { title: BAD_NAME, args: ['doctor', 'web_1'] },
    { title: BAD_FLAG, args: ['doctor', '--frob'] },
    { title: WRONG_VALUE, args: ['doctor', '-t', '0'] },
    { title: AS_DOCKER_MACHINE, args: ['doctor', 'nope'], calledAs: 'docker-machine' },
  ],
  drivers: [
    { title: 'all of them', args: ['drivers'] },
    { title: 'the options of one', args: ['drivers', 'none'] },
    { title: 'one that does not exist', args: ['drivers', 'frob'] },
    { title: BAD_FLAG, args: ['drivers', '--frob'] },
  ],
  env: [
    { title: 'one machine', args: ['env', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['env', 'web-1'], calledAs: 'docker-machine' },
    ...['bash', 'fish', 'powershell', 'cmd', 'tcsh', 'emacs', 'nu', 'elvish', 'xonsh', 'frob'].flatMap((shell) => [
      { title: `for ${shell}`, args: ['env', '--shell', shell, 'web-1'] },
      { title: `for ${shell}, taken back`, args: ['env', '--shell', shell, '-u'] },
    ]),
    { title: 'for the shell of the user', args: ['env', 'web-1'], env: { SHELL: '/usr/bin/fish' } },
    { title: 'the shell of the user is unknown', args: ['env', 'web-1'], env: { SHELL: '' } },
    { title: 'around the proxy', args: ['env', '--no-proxy', 'web-1'], env: { NO_PROXY: '10.0.0.1' } },
    { title: 'around the proxy, taken back', args: ['env', '--no-proxy', '-u'], env: { no_proxy: '10.0.0.1' } },
    { title: 'a flag twice', args: ['env', '--shell', 'fish', '-shell=bash', 'web-1'] },
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
  gc: [
    { title: 'nothing made at a provider', args: ['gc'] },
    { title: 'as JSON', args: ['gc', '--json'] },
    { title: 'a driver that makes nothing', args: ['gc', '-d', 'none'] },
    { title: 'options without their driver', args: ['gc', '--amazonec2-region', 'eu-central-1'] },
    { title: BAD_FLAG, args: ['gc', '--frob'] },
  ],
  inspect: [
    { title: 'one machine', args: ['inspect', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['inspect', 'web-1', '-f', '{{.Driver.URL}}'], calledAs: 'docker-machine' },
    {
      title: 'by a template',
      args: ['inspect', '-f', '{{.Name}} {{.Frob.Frob}} {{json .HostOptions.SwarmOptions.Agent}}', 'web-1'],
    },
    { title: 'by a template that is none', args: ['inspect', '-f', '{{.Name', 'web-1'] },
    ...mistakes('inspect'),
  ],
  ip: [
    { title: 'one machine', args: ['ip', 'web-1'] },
    { title: 'several machines', args: ['ip', 'web-2', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['ip', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('ip', { several: true }),
  ],
  ls: [
    { title: 'all machines', args: ['ls'] },
    { title: 'by a template', args: ['ls', '-f', '{{.Name}}\\t{{.State}}'] },
    {
      title: 'by a template, as a table',
      args: ['ls', '--filter', 'name=1', '--format', 'table {{.Name}}\\t{{.URL}}'],
    },
    { title: 'by a template of a field that does not exist', args: ['ls', '-f', '{{.Frob}}'] },
    { title: 'names only', args: ['ls', '-q'] },
    { title: 'a filter', args: ['ls', '--filter', 'driver=none', '--filter', 'name=2$', '-q'] },
    { title: "a filter with Go's flags in front", args: ['ls', '--filter', 'name=(?i)^WEB-1$', '-q'] },
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
  ports: [
    { title: 'a machine without a firewall', args: ['ports', 'web-1'] },
    { title: 'to open', args: ['ports', 'web-1', 'open', '80', '--from', 'any'] },
    { title: 'no such verb', args: ['ports', 'web-1', 'frob'] },
    { title: 'no port', args: ['ports', 'web-1', 'open'] },
    { title: 'no such port', args: ['ports', 'web-1', 'close', '70000'] },
    { title: BAD_FLAG, args: ['ports', 'web-1', '--frob'] },
  ],
  status: [
    { title: 'one machine', args: ['status', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['status', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('status', { several: true }),
  ],
  url: [
    { title: 'one machine', args: ['url', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['url', 'web-1'], calledAs: 'docker-machine' },
    ...mistakes('url'),
  ],
  'os build': [
    { title: 'for a processor that there is no OS for', args: ['os', 'build', '--arch', 'riscv64'] },
    { title: BAD_FLAG, args: ['os', 'build', '--frob'] },
  ],
  'os disk': [
    { title: NO_NAME, args: ['os', 'disk'] },
    { title: 'a form that is none', args: ['os', 'disk', 'frob', 'disk.iso'] },
    { title: 'an image that does not exist', args: ['os', 'disk', 'frob', 'disk.img'] },
    { title: BAD_FLAG, args: ['os', 'disk', '--frob'] },
  ],
  'os info': [
    { title: NO_NAME, args: ['os', 'info'] },
    { title: 'an image that does not exist', args: ['os', 'info', 'frob'] },
  ],
  'os key': [
    { title: 'of a store that has signed nothing', args: ['os', 'key'] },
    { title: BAD_FLAG, args: ['os', 'key', '--frob'] },
  ],
  'os ls': [{ title: BAD_FLAG, args: ['os', 'ls', '--frob'] }],
  'os pull': [
    { title: NO_NAME, args: ['os', 'pull'] },
    { title: 'a URL that is none', args: ['os', 'pull', 'frob'] },
    { title: 'without a checksum by plain http', args: ['os', 'pull', 'http://127.0.0.1:1/os'] },
    { title: 'a key that is none', args: ['os', 'pull', '--key', 'frob', 'http://127.0.0.1:1/os'] },
    { title: 'a checksum that is none', args: ['os', 'pull', '--sha256', 'frob', 'http://127.0.0.1:1/os'] },
    { title: BAD_FLAG, args: ['os', 'pull', '--frob'] },
  ],
  'os rm': [
    { title: NO_NAME, args: ['os', 'rm'] },
    { title: 'an image that does not exist', args: ['os', 'rm', 'frob'] },
  ],
  'shell-init': [
    ...['bash', 'fish', 'tcsh', 'powershell', 'nu', 'elvish', 'xonsh'].map((shell) => ({
      title: `for ${shell}`,
      args: ['shell-init', shell],
    })),
    { title: AS_DOCKER_MACHINE, args: ['shell-init', 'tcsh'], calledAs: 'docker-machine' },
    { title: 'for the shell of the user', args: ['shell-init'], env: { SHELL: '/bin/tcsh' } },
    { title: 'for a shell that there is none for', args: ['shell-init', 'frob'] },
    { title: BAD_FLAG, args: ['shell-init', '--frob'] },
  ],
  // What they do with clusters: test/lifecycle/cluster.test.ts.
  ...Object.fromEntries(
    COMMANDS.flatMap(({ name }) => {
      const [topic = '', verb = ''] = name.split(' ');
      if (topic !== 'swarm') return [];
      const named = verb === 'create' ? [] : [{ title: 'a cluster that does not exist', args: [topic, verb, 'frob'] }];
      const nameless = { title: 'no cluster', args: [topic, verb] };
      return [[name, [nameless, ...named, { title: BAD_FLAG, args: [topic, verb, '--frob'] }]]];
    }),
  ),
  use: [
    { title: 'a shell without the function', args: ['use', 'web-1'] },
    { title: AS_DOCKER_MACHINE, args: ['use', 'web-1'], calledAs: 'docker-machine' },
    { title: 'taken back', args: ['use', '-u'] },
    { title: BAD_FLAG, args: ['use', '--frob'] },
  ],
  version: [
    { title: 'of the program', args: ['version'] },
    ...['--version', '-v', '-version'].map((flag) => ({ title: `of the program, by ${flag}`, args: [flag] })),
    { title: AS_DOCKER_MACHINE, args: ['version'], calledAs: 'docker-machine' },
    ...mistakes('version').filter(({ title }) => title !== NO_NAME),
  ],
};
