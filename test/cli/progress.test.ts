import { testHome } from './support/berth.js';

const CREATE = ['create', '-d', 'none', '--url', 'tcp://127.0.0.1:2376', 'web-1'] as const;
const HINT = (bin: string): string =>
  `To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: ${bin} env web-1\n`;

describe('progress where stderr is no terminal', () => {
  it('goes to stderr when called as berth', async () => {
    using home = testHome();

    const created = await home.berth(CREATE);

    expect(created.stdout).toBe(HINT('berth'));
    expect(created.stderr).toMatch(/^Running pre-create checks\.\.\.$/m);
  });

  it('goes to stdout when called as docker-machine, as there: collectors of logs take stderr for errors', async () => {
    using home = testHome();
    const calledAs = 'docker-machine';

    const created = await home.berth(CREATE, { calledAs });
    const removed = await home.berth(['rm', '-y', 'web-1'], { calledAs });

    expect(created.stdout).toMatch(/^Running pre-create checks\.\.\.$/m);
    expect(created.stdout.endsWith(HINT('docker-machine'))).toBe(true);
    expect([created, removed].map(({ stderr, exitCode }) => ({ stderr, exitCode }))).toEqual([
      { stderr: '', exitCode: 0 },
      { stderr: '', exitCode: 0 },
    ]);
  });

  it('goes to stdout as a plug-in of docker too', async () => {
    using home = testHome();

    const { stderr, exitCode } = await home.berth(['machine', ...CREATE]);

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it.each([
    ['JSON is wanted on stdout', ['--json'], {}],
    ['it was asked for in a form of its own', ['--progress', 'plain'], {}],
    ['the environment asks for a form of its own', [], { BERTH_PROGRESS: 'json' }],
  ])('stays on stderr when %s', async (_why, words, env) => {
    using home = testHome();

    const created = await home.berth([...CREATE, ...words], { calledAs: 'docker-machine', env });

    expect(created.stderr).toContain('Running pre-create checks');
    expect(created.stdout).not.toContain('Running pre-create checks');
  });

  it('never holds what a program reads, whatever the name', async () => {
    using home = testHome();
    await home.berth(CREATE);

    const url = await home.berth(['url', 'web-1']);
    const asThere = await home.berth(['url', 'web-1'], { calledAs: 'docker-machine' });

    expect([url, asThere].map(({ stdout }) => stdout)).toEqual(['tcp://127.0.0.1:2376\n', 'tcp://127.0.0.1:2376\n']);
  });

  it('leaves warnings, debug output and errors on stderr', async () => {
    using home = testHome();

    const failed = await home.berth(['stop', 'nope'], { calledAs: 'docker-machine' });

    expect(failed.stdout).toBe('');
    expect(failed.stderr).toContain('Error: no machine is called "nope"');
  });
});
