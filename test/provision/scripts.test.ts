import { linkSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { script } from '../../src/provision/apply.js';
import { BADLY, oneStep, piece, trying, WELL } from './support/pieces.js';
import { inside, sandbox } from './support/sandbox.js';
import { SHELLS } from './support/shells.js';

describe.each(SHELLS)('a step in $name', ({ shell }) => {
  const steps = (...bodies: readonly string[]): string =>
    script(
      bodies.map((body, index) => ({
        title: `Step ${index}`,
        task: 'do it',
        call: `f${index}`,
        scripts: [`f${index}() {\n${body}\n}`],
        files: [],
      })),
    );

  it('says where it begins and ends', () => {
    using box = sandbox();

    const { status, lines } = box.run(steps('echo a', 'echo b >&2'), { shell });

    expect(lines).toEqual(['@berth begin 0', 'a', '@berth end 0', '@berth begin 1', 'b', '@berth end 1']);
    expect(status).toBe(0);
  });

  it.each([
    { title: 'a command fails', body: 'sh -c "exit 7"\necho no', code: 7 },
    { title: 'a variable is not set', body: 'echo "$nothing"\necho no', code: 2 },
    { title: 'it exits', body: 'exit 3', code: 3 },
  ])('ends the script when $title', ({ body, code }) => {
    using box = sandbox();

    const { status, lines } = box.run(steps(body, 'echo no'), { shell });

    expect(lines.filter((line) => !line.includes('nothing: '))).toEqual([
      '@berth begin 0',
      expect.stringMatching(new RegExp(`^@berth fail 0 (${code}|1|127)$`)),
    ]);
    expect(status).toBe(1);
  });
});

describe.each(SHELLS)('two scripts at once in $name', ({ shell }) => {
  it('change the host one after the other', () => {
    using box = sandbox();
    box.tools('flock', shell[0]);
    box.file('run/there', '');
    const body = 'echo in >>log\ntimeout 0.2 tail -f /dev/null || true\necho out >>log';
    const text = inside(box.root, oneStep('try_it', trying(body)));
    box.deliver([{ path: 'apply.sh', content: text, mode: 0o700 }]);
    const run = [...shell, './apply.sh'].join(' ');

    const { lines } = box.run(`${run} & ${run}\nwait\ncat log`, { shell: ['sh'] });

    expect(lines.slice(-4)).toEqual(['in', 'out', 'in', 'out']);
    expect(lines).toContain('@berth note waiting for another berth that works on this host');
  });

  it('leave the lock to nobody who goes on in the background', () => {
    using box = sandbox();
    box.tools('flock', shell[0]);
    box.file('run/there', '');
    const text = oneStep('try_it', trying('timeout 5 tail -f /dev/null >/dev/null 2>&1 &'));

    box.run(text, { shell });

    expect(box.run('flock -n /run/berth.lock sh -c : && echo free').lines).toEqual(['free']);
  });
});

describe('what may fail for a moment', () => {
  it.each([
    { failures: 0, tries: 1, end: WELL },
    { failures: 2, tries: 3, end: WELL },
    { failures: 3, tries: 3, end: BADLY },
  ])('is tried three times: $failures failures', ({ failures, tries, end }) => {
    using box = sandbox();
    box.fake('fetch', `echo x >>"$SANDBOX/tries"; [ "$(wc -l <"$SANDBOX/tries")" -gt ${failures} ]`);

    const { lines } = box.run(oneStep('try_it', trying("retry fetch 'a b'")));

    expect(box.calls('fetch')).toEqual(Array(tries).fill(['fetch', 'a b']));
    expect(box.calls('sleep')).toEqual(Array(tries - 1).fill(['sleep', '3']));
    expect(lines.at(-1)).toBe(end);
  });

  it('is downloaded with curl, else with wget', () => {
    using withCurl = sandbox();
    using withWget = sandbox();
    withCurl.fake('curl');
    withWget.fake('wget');

    for (const box of [withCurl, withWget]) box.run(oneStep('try_it', trying("download 'https://x/a b' to")));

    expect(withCurl.calls()).toEqual([['curl', '-fsSL', '--connect-timeout', '20', '-o', 'to', 'https://x/a b']]);
    expect(withWget.calls()).toEqual([['wget', '-q', '-T', '20', '-O', 'to', 'https://x/a b']]);
  });
});

describe('a file that is put', () => {
  it('takes the place of the old one at once, for readers of the old one too', () => {
    using box = sandbox();
    box.file('/etc/docker/daemon.json', 'old\n', 0o600);
    const target = join(box.root, 'etc/docker/daemon.json');
    linkSync(target, join(box.root, 'reader'));
    box.deliver([{ path: 'daemon.json', content: 'new\n', mode: 0o644 }]);

    const { lines } = box.run(oneStep('try_it', trying('put daemon.json /etc/docker/daemon.json 0640')));

    expect(lines.at(-1)).toBe(WELL);
    expect([readFileSync(target, 'utf8'), box.read('reader')]).toEqual(['new\n', 'old\n']);
    expect((statSync(target).mode & 0o777).toString(8)).toBe('640');
    expect(box.calls('chown')).toEqual([['chown', '0:0', `${target}.berth`]]);
    expect(readdirSync(join(box.root, 'etc/docker'))).toEqual(['daemon.json']);
  });

  it('leaves the old one whole when the disk is full', () => {
    using box = sandbox();
    box.file('/etc/docker/daemon.json', 'old\n');
    box.fake('cp', 'printf n >"$2"; echo "cp: error writing: No space left on device" >&2; exit 1');

    const { lines } = box.run(oneStep('try_it', trying('put daemon.json /etc/docker/daemon.json 0644\necho no')));

    expect(lines).toEqual(['@berth begin 0', 'cp: error writing: No space left on device', BADLY]);
    expect(box.read('/etc/docker/daemon.json')).toBe('old\n');
  });

  it('gets the folder it needs', () => {
    using box = sandbox();
    box.deliver([{ path: 'a', content: 'new', mode: 0o600 }]);

    const { lines } = box.run(oneStep('try_it', trying('put a /etc/x/y/a 0600')));

    expect([lines, box.read('/etc/x/y/a')]).toEqual([['@berth begin 0', WELL], 'new']);
  });
});

describe('cloud-init', () => {
  const RESULT = '/run/cloud-init/result.json';
  const note = '@berth note waiting for cloud-init to finish';
  const waiting = oneStep('try_it', trying('wait_for_cloud_init'));

  it.each([
    { said: 'status: done', waits: false },
    { said: 'status: disabled', waits: false },
    { said: 'status: not run', waits: false },
    { said: 'status: error', waits: true },
    { said: 'status: running', waits: true },
  ])('is waited for until it has a result: $said', ({ said, waits }) => {
    using box = sandbox();
    box.fake('cloud-init', `echo "${said}"`);
    box.fake('sleep', `mkdir -p "$SANDBOX/run/cloud-init"; echo >"$SANDBOX${RESULT}"`);
    box.fake('systemctl', 'exit 1');

    const { lines } = box.run(waiting);

    expect(lines).toEqual(['@berth begin 0', ...(waits ? [note] : []), WELL]);
    expect(box.calls('sleep')).toHaveLength(waits ? 1 : 0);
  });

  it('is not even asked where it has a result', () => {
    using box = sandbox();
    box.fake('cloud-init', 'echo status: error');
    box.file(RESULT, '{}');

    expect([box.run(waiting).lines, box.calls('cloud-init')]).toEqual([['@berth begin 0', WELL], []]);
  });

  it('is not waited for when its last service has failed and left no result', () => {
    using box = sandbox();
    box.fake('cloud-init', 'echo status: error');
    box.fake('systemctl', '[ "$*" = "--quiet is-failed cloud-final.service" ]');

    expect(box.run(waiting).lines).toEqual(['@berth begin 0', WELL]);
  });

  it('is waited for for ten minutes at most', () => {
    using box = sandbox();
    box.fake('cloud-init', 'echo status: running');
    box.fake('systemctl', 'exit 1');
    box.fake('sleep');

    expect(box.run(waiting).lines).toEqual(['@berth begin 0', note, WELL]);
    expect(box.calls('sleep')).toHaveLength(600);
  });
});

describe('the host name', () => {
  it.each([
    {
      title: 'old name',
      hosts: '127.0.0.1 localhost\n127.0.1.1 old.test old\n',
      after: '127.0.0.1 localhost\n127.0.1.1 web.1\n',
    },
    { title: 'no name', hosts: '127.0.0.1 localhost\n', after: '127.0.0.1 localhost\n127.0.1.1 web.1\n' },
    { title: 'there already', hosts: '192.0.2.7 a web.1 b\n', after: '192.0.2.7 a web.1 b\n' },
    { title: 'one much like it', hosts: '192.0.2.7 web-1\n', after: '192.0.2.7 web-1\n127.0.1.1 web.1\n' },
    { title: 'no file', hosts: undefined, after: '127.0.1.1 web.1\n' },
  ])('is set, and resolves on the host itself: $title', ({ hosts, after }) => {
    using box = sandbox();
    box.fake('hostnamectl');
    box.file('/etc/cloud/cloud.cfg.d/.keep', '');
    if (hosts !== undefined) box.file('/etc/hosts', hosts);

    const { lines } = box.run(oneStep('set_hostname', piece('hostname', { name: 'web.1' })));

    expect([lines.at(-1), box.read('/etc/hosts')]).toEqual([WELL, after]);
    expect(box.calls('hostnamectl')).toEqual([['hostnamectl', 'set-hostname', 'web.1']]);
    expect(box.read('/etc/cloud/cloud.cfg.d/99-berth.cfg')).toBe('preserve_hostname: true\n');
  });

  it('is written where hostnamectl is missing or fails', () => {
    using box = sandbox();
    box.fake('hostname');
    box.fake('hostnamectl', 'exit 1');
    box.file('/etc/hosts', '');

    box.run(oneStep('set_hostname', piece('hostname', { name: 'web-1' })));

    expect([box.read('/etc/hostname'), box.calls('hostname')]).toEqual(['web-1\n', [['hostname', 'web-1']]]);
  });
});
