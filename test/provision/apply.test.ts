import { describe, expect, it } from '@jest/globals';
import type { MachineError } from '../../src/errors.js';
import { apply } from '../../src/provision/apply.js';
import type { Step } from '../../src/provision/plan.js';
import type { Reporter } from '../../src/reporter.js';
import { failureOf, told } from '../helpers/failure.js';
import { hostFolder } from '../helpers/host-folder.js';
import { sshServer, type Answer } from '../helpers/ssh-server.js';

const STEPS: readonly Step[] = ['install the engine', 'configure and start the engine'].map((task, index) => ({
  title: `Step ${index}`,
  task,
  call: `f${index}`,
  scripts: [],
  files: [{ path: `file-${index}`, content: 'text', mode: 0o600 }],
}));

/** What is told, and how each step ended. */
function endings(): { readonly report: Reporter; readonly lines: string[] } {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const report: Reporter = {
    async step(title, work) {
      say(`${title} begins`);
      return work().then(
        (value) => (say(`${title} ends`), value),
        (error: unknown) => {
          say(`${title} fails`);
          throw error;
        },
      );
    },
    info: (line) => say(`info: ${line}`),
    warn: say,
    debug: (line) => say(`debug: ${line}`),
    forMachine: () => report,
  };
  return { report, lines };
}

/** Carries the steps out on a host that answers so. */
async function applied(
  answer: Answer,
): Promise<{ failure: MachineError | undefined; lines: string[]; commands: number }> {
  await using server = await sshServer({ answers: () => answer });
  await using folder = await hostFolder();
  await using host = await folder.connect(server);
  const { report, lines } = endings();
  const { signal } = new AbortController();
  const work = apply(host, { steps: Promise.resolve(STEPS), machineName: 'web-1', report, signal });
  const isGood = answer.code === undefined && !answer.drop && answer.signal === undefined;
  const failure = isGood ? await work.then(() => undefined) : await failureOf(work);
  return { failure, lines, commands: server.commands.length };
}

const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('steps that are carried out', () => {
  it('are told as they come, in one exchange', async () => {
    const stdout = text(
      '@berth begin 0',
      'Get:1',
      '@berth note waiting',
      '@berth end 0',
      '@berth begin 1',
      '@berth end 1',
    );

    const { lines, commands } = await applied({ stdout });

    expect(lines).toEqual([
      'Step 0 begins',
      'debug: Get:1',
      'info: waiting',
      'Step 1 begins',
      'Step 0 ends',
      'Step 1 ends',
    ]);
    expect(commands).toBe(1);
  });
});

describe('a step that fails', () => {
  it('is named, with the last lines it printed', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const stdout = text(
      '@berth begin 0',
      'of step 0',
      '@berth end 0',
      '@berth begin 1',
      ...many,
      '',
      '@berth fail 1 1',
    );

    const { failure, lines } = await applied({ stdout, code: 1 });

    expect(failure && told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: 'cannot configure and start the engine on web-1',
      exitCode: 4,
    });
    expect(failure?.suggestions).toEqual(['berth provision web-1', 'berth ssh web-1 journalctl -u docker -n 50']);
    expect((failure?.cause as Error).message).toBe(many.slice(-20).join('\n'));
    expect(lines.filter((line) => line.startsWith('Step'))).toEqual([
      'Step 0 begins',
      'Step 1 begins',
      'Step 0 ends',
      'Step 1 fails',
    ]);
  });

  it('is named when the disk is full, with other advice', async () => {
    const words = 'dpkg: error: cannot write: No space left on device';
    const stdout = text('@berth begin 0', words, 'E: exit code 100', '@berth fail 0 100');

    const { failure } = await applied({ stdout, code: 1 });

    expect(failure?.message).toBe('cannot install the engine on web-1: its disk is full');
    expect(failure?.suggestions).toEqual(['Free some space on the host, or give it a larger disk']);
    expect((failure?.cause as Error).message).toBe(`${words}\nE: exit code 100`);
  });

  it('is named when it was killed and could not say so', async () => {
    const { failure, lines } = await applied({ stdout: text('@berth begin 0', 'Unpacking'), signal: 'KILL' });

    expect(failure?.message).toBe('cannot install the engine on web-1');
    expect((failure?.cause as Error).message).toBe('Unpacking');
    expect(lines).toEqual(['Step 0 begins', 'debug: Unpacking', 'Step 0 fails']);
  });

  it('may be none at all: the words of the host are kept', async () => {
    const { failure } = await applied({ stderr: 'cannot unpack the files in /tmp/x\n', code: 1 });

    expect(failure?.message).toBe('cannot work on the host on web-1');
    expect((failure?.cause as Error).message).toBe('cannot unpack the files in /tmp/x');
  });

  it('is not taken for done when the connection breaks', async () => {
    const { failure, lines } = await applied({ stdout: text('@berth begin 0'), drop: true });

    expect(failure?.code).toBe('HostUnreachable');
    expect(lines).not.toContain('Step 0 ends');
  });
});
