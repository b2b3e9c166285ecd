import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { dropIn, openrcSettings, quoteForExec, quoteForUnit, type UnitWish } from '../../src/engine/unit.js';
import { failureOf, told } from '../helpers/failure.js';

/** What the wish decides of the drop-in; the golden files of provisioning hold the whole. */
const settings = (wish: UnitWish): string[] =>
  dropIn(wish)
    .split('\n')
    .filter((line) => /^(ExecStart|Environment)=/.test(line));

describe('the drop-in of the unit', () => {
  it('starts dockerd as the package does, but for its listeners', () => {
    const found = { dockerd: '/usr/bin/dockerd', containerd: '/run/containerd/containerd.sock' };

    expect(settings({ ...found, flags: [], variables: [] })).toEqual([
      'ExecStart=',
      'ExecStart=/usr/bin/dockerd --containerd=/run/containerd/containerd.sock',
    ]);
  });

  it('leaves a hole for what is only known after the installation', () => {
    expect(settings({ flags: ['--debug'], variables: [] })).toEqual(['ExecStart=', 'ExecStart=@program@ --debug']);
  });

  it('quotes flags and variables each in their own way', () => {
    const flags = ['--label=a b', '--label=$HOME %n', '--log-opt=tag={{.Name}}'];
    const variables = [
      { name: 'HTTP_PROXY', value: 'http://u:p%40ss@p:3128' },
      { name: 'NOTE', value: `$HOME is "home"\\` },
    ];

    expect(settings({ dockerd: '/usr/bin/dockerd', flags, variables })).toEqual([
      'ExecStart=',
      'ExecStart=/usr/bin/dockerd "--label=a b" "--label=$$HOME %%n" "--log-opt=tag={{.Name}}"',
      'Environment=HTTP_PROXY=http://u:p%%40ss@p:3128',
      'Environment="NOTE=$HOME is \\"home\\"\\\\"',
    ]);
  });
});

describe('one word for systemd', () => {
  it.each([
    { word: '--debug', unit: '--debug', exec: '--debug' },
    { word: '', unit: '""', exec: '""' },
    { word: 'a b', unit: '"a b"', exec: '"a b"' },
    { word: 'a\tb', unit: '"a\tb"', exec: '"a\tb"' },
    { word: '$HOME', unit: '$HOME', exec: '$$HOME' },
    { word: '${HOME}', unit: '"${HOME}"', exec: '"$${HOME}"' },
    { word: '%n', unit: '%%n', exec: '%%n' },
    { word: '\\', unit: '"\\\\"', exec: '"\\\\"' },
    { word: 'a"b', unit: '"a\\"b"', exec: '"a\\"b"' },
    { word: "a'b", unit: `"a'b"`, exec: `"a'b"` },
    { word: ';', unit: '";"', exec: '";"' },
    { word: '#', unit: '"#"', exec: '"#"' },
    { word: 'ü', unit: '"ü"', exec: '"ü"' },
  ])('means itself: $word', ({ word, unit, exec }) => {
    expect([quoteForUnit(word), quoteForExec(word)]).toEqual([unit, exec]);
  });

  it.each(['a\nExecStartPre=/bin/x', 'a\r', 'a\0'])('holds no line break: %j', async (word) => {
    expect(told(await failureOf(() => quoteForExec(word)))).toEqual({
      code: 'BadOption',
      message: 'a setting of the engine cannot hold a line break',
      exitCode: 2,
    });
  });
});

describe('the settings for OpenRC', () => {
  it('are the flags in one variable, and the variables of the engine', () => {
    const flags = ['--debug', '--log-opt=tag={{.Name}}'];

    expect(openrcSettings({ flags, variables: [{ name: 'NOTE', value: `it's $(x)` }] })).toBe(
      `# Written by berth.\nDOCKER_OPTS='--debug --log-opt=tag={{.Name}}'\nexport NOTE='it'\\''s $(x)'\n`,
    );
  });

  it('arrive in the engine word by word, whether OpenRC splits them or evaluates them', () => {
    const flags = ['--debug', '--log-opt=tag={{.Name}}/{{.ID}}', '--label=a=1,2@x%20'];
    const value = `"$(echo no)" 'x' \`y\``;
    const settings = openrcSettings({ flags, variables: [{ name: 'NOTE', value }] });
    const program = `${settings}
set -f; printf '%s\\n' $DOCKER_OPTS; eval printf "'%s\\n'" $DOCKER_OPTS; printf '%s\\n' "$NOTE"`;

    const said = execFileSync('sh', ['-c', program], { encoding: 'utf8' });

    expect(said.split('\n')).toEqual([...flags, ...flags, value, '']);
  });

  it.each([
    '--label=a b',
    '--label=a*',
    '--label=a\\b',
    '--label=$(x)',
    '--label=`x`',
    '--label=a;x',
    '--label=a&x',
    `--label="a"`,
    `--label='a'`,
  ])('refuse what OpenRC would take apart or run: %s', async (flag) => {
    const failure = await failureOf(() => openrcSettings({ flags: ['--debug', flag], variables: [] }));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `OpenRC cannot give the engine the option ${JSON.stringify(flag)}`,
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual([
      'Choose a value without blanks, quotes and characters that are special to a shell',
    ]);
  });
});
