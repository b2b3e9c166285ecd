import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { parseFacts } from '../../src/provision/facts.js';
import { probe, probeScript } from '../../src/provision/probe.js';
import { failureOf, told } from '../helpers/failure.js';
import { hostFolder } from '../helpers/host-folder.js';
import { sshServer } from '../helpers/ssh-server.js';
import { addEngine, bareHost, debian, look, REQUEST } from './support/probed.js';

describe('the probe', () => {
  it('names the program that listens on the port of the engine', async () => {
    using box = debian();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');

    const port = (server.address() as AddressInfo).port;
    const { lines } = box.run(probeScript({ ...REQUEST, port, root: box.root }), { isRooted: true, keepsUser: true });

    server.close();
    expect(parseFacts(lines.join('\n'))?.portTakenBy).toBe(readFileSync(`/proc/${process.pid}/comm`, 'utf8').trim());
  });

  it('finds no engine behind a unit whose dockerd is gone', () => {
    using box = debian();
    addEngine(box);
    box.file('/usr/bin/dockerd', '', 0o644);

    expect(look(box)?.engine.path).toBeUndefined();
  });

  it.each([
    { title: 'curl fails', curl: 'exit 28', helper: 'exit 0', reaches: { docker: false, distribution: true } },
    { title: 'apt fails', curl: 'exit 0', helper: 'exit 100', reaches: { docker: true, distribution: false } },
  ])('tells what cannot be reached: $title', ({ curl, helper, reaches }) => {
    using box = debian();
    box.fake('curl', curl);
    box.file('/usr/lib/apt/apt-helper', `#!/bin/sh\n${helper}\n`, 0o755);

    expect(look(box)?.reaches).toEqual(reaches);
    expect(box.calls('curl')[0]?.slice(1)).toEqual([
      '-f',
      '-s',
      '-o',
      '/dev/null',
      '--connect-timeout',
      '4',
      '--max-time',
      '5',
      'https://packages.test/',
    ]);
  });

  it.each([
    { path: '/etc/apk/repositories', text: '#https://no.test/x\nhttps://mirror.test/alpine/v3.22/main\n' },
    {
      path: '/etc/pacman.d/mirrorlist',
      text: '## Note\n#Server = https://no.test/$repo\nServer = https://mirror.test/$repo\n',
    },
    { path: '/etc/zypp/repos.d/a.repo', text: '[a]\nname=A https://no.test/\nbaseurl=https://mirror.test/leap/\n' },
    {
      path: '/etc/yum.repos.d/a.repo',
      text: '[a]\n#baseurl=http://no.test/a\nmetalink=https://mirror.test/metalink?repo=a\n',
    },
  ])('asks the archive that the package manager asks: $path', ({ path, text }) => {
    using box = bareHost();
    box.file('/etc/os-release', 'ID=x\n');
    box.file(path, text);

    look(box);

    expect(
      box
        .calls('curl')
        .map((words) => words.at(-1))
        .sort(),
    ).toEqual(['https://mirror.test/', 'https://packages.test/']);
  });

  it('takes an answer of busybox wget for one, whatever it is', () => {
    using box = bareHost();
    box.file('/etc/apk/repositories', 'https://mirror.test/main\n');
    box.fake('curl', 'exit 127');
    const withoutCurl = probeScript({ ...REQUEST, root: box.root }).replaceAll('command -v curl', 'command -v no-curl');
    box.fake(
      'wget',
      'case "$*" in *mirror.test*) echo "wget: server returned error: HTTP/1.1 403 Forbidden" >&2 ;; esac; exit 1',
    );

    const { lines } = box.run(withoutCurl, { isRooted: true });

    expect(parseFacts(lines.join('\n'))?.reaches).toEqual({ docker: false, distribution: true });
  });

  it('says so of a host that has no shell', async () => {
    await using server = await sshServer({ answers: () => ({ stdout: 'Welcome to the router\n' }) });
    await using folder = await hostFolder();
    await using host = await folder.connect(server);

    const failure = await failureOf(
      probe(host, { ...REQUEST, machineName: 'web-1', signal: new AbortController().signal }),
    );

    expect(told(failure)).toEqual({
      code: 'UnsupportedHost',
      message: 'web-1 has no POSIX shell that answers as one should',
      exitCode: 4,
    });
    expect((failure.cause as Error).message).toBe('Welcome to the router\n');
  });
});
