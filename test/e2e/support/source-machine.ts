import '../../helpers/realm.js';
import { errorText } from '../../../src/cli/error-text.js';
import { createProgram } from '../../../src/cli/program.js';
import { wishesOf } from '../../../src/cli/wishes.js';
import { createMachine } from '../../../src/lifecycle/create.js';
import type { Program } from '../../../src/lifecycle/program.js';
import { parseName } from '../../../src/name.js';
import type { DockerRepository } from '../../../src/provision/contract.js';
import { silentReporter } from '../../../src/reporter.js';
import type { Berth, Ran } from './berth.js';
import { busyboxImage } from './image.js';
import type { Server } from './server.js';

/** `berth create` for the machine "web" on the server. */
export function create(berth: Berth, server: Server, ...options: string[]): Promise<Ran> {
  const host = ['--generic-ip-address', server.address, '--generic-ssh-key', server.keyPath];
  return berth.run('create', '-d', 'generic', ...host, ...options, 'web');
}

/** The same in this process, where Docker's repository is another one. Resolves to what the user sees of a failure, or ''. */
export async function createFrom(
  repository: DockerRepository,
  { berth, server, flags }: { berth: Berth; server: Server; flags: Readonly<Record<string, unknown>> },
): Promise<string> {
  const host = { 'generic-ip-address': server.address, 'generic-ssh-key': server.keyPath };
  const given = { driver: 'generic', 'engine-source': 'auto', ...host, ...flags };
  const { spec, wishes } = wishesOf([parseName('web')], given, new Set(Object.keys(given)));
  const program = programWith(repository, berth);
  return createMachine(wishes(parseName('web'), program.now()), spec, program).then(
    () => '',
    (error: Error) => `${errorText(error, '')}\n`,
  );
}

export function programWith(repository: DockerRepository, berth: Berth): Program {
  const program = createProgram({
    environment: berth.environment,
    storagePath: berth.store,
    tls: {},
    report: silentReporter,
    signal: new AbortController().signal,
    terminal: { stdinIsTty: false, stdoutIsTty: false, stderrIsTty: false, colour: false, columns: 80 },
    sshWithinMs: 60_000,
    script: '',
  });
  return { ...program, repository };
}

/** What is shown when this step fails with these last words. */
export function failure(task: string, ...lastWords: readonly string[]): string {
  const advice = ['Try this:', '  * berth provision web', '  * berth ssh web journalctl -u docker -n 50'];
  const cause = `Caused by: ${lastWords.join('\n')}`;
  return [`Error: cannot ${task} on web`, 'Code: ProvisionFailed', ...advice, cause, ''].join('\n');
}

/** The message, its id and what follows, without progress lines: everything from "Error:" on. */
export function message({ stderr }: Ran): string {
  return stderr.slice(stderr.indexOf('Error: '));
}

export function expectMade({ code, stderr }: Ran): void {
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
}

/** The engine of "web" serves the real docker client. */
export async function expectContainer(berth: Berth): Promise<void> {
  const version = await berth.docker('web', ['version', '--format', '{{.Server.Version}}']);
  const imported = await berth.docker('web', ['import', '-', 'busybox'], busyboxImage());
  const words = ['--rm', '--init', '-p', '8080:80', 'busybox', '/bin/busybox', 'echo', 'hello'];
  const run = await berth.docker('web', ['run', ...words]);

  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
  expect(imported).toMatchObject({ code: 0 });
  expect(run).toMatchObject({ code: 0, stdout: 'hello\n' });
}

/** A second `provision` of "web" changes nothing, and its engine is the same process. */
export async function expectNothingNeeded(berth: Berth, server: Server): Promise<void> {
  const pid = await server.sh('pidof dockerd');

  expect(await berth.ok('provision', 'web')).toBe('Machine "web" needed nothing.\n');
  expect(await server.sh('pidof dockerd')).toBe(pid);
}
