import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { certificates } from '../../src/certs/issue.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { waitForEngine } from '../../src/lifecycle/reach.js';
import type { Machine } from '../../src/record.js';
import { VALID } from '../helpers/certificates.js';
import { silentServer } from '../helpers/engine.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

let world: World;
let machine: Machine;
beforeEach(async () => {
  world = await testWorld();
  machine = await createMachine(world.wish('web-1'), world.spec, world.program);
});
afterEach(() => world[Symbol.asyncDispose]());

describe('waiting for an engine', () => {
  it('ends as soon as it answers', async () => {
    const pair = await world.program.store.certificates();
    const server = {
      certificate: (await world.program.store.readFile(machine.name, 'server.pem')) ?? '',
      privateKey: (await world.program.store.readFile(machine.name, 'server-key.pem')) ?? '',
    };
    await world.engines.stop('127.0.0.1', world.enginePort);
    const waiting = waitForEngine(machine, world.program, 5_000);

    await world.engines.run('127.0.0.1', world.enginePort, { authority: pair?.authority.certificate ?? '', server });

    expect((await waiting).version).toBe('28.2.2');
  });

  it('ends at its limit with what was last heard, and where to look', async () => {
    await world.engines.stop('127.0.0.1', world.enginePort);
    const url = `tcp://127.0.0.1:${world.enginePort}`;

    const failure = await failureOf(waitForEngine(machine, world.program, 100));

    expect(told(failure)).toEqual({
      code: 'TimedOut',
      message: `timed out after 0.1 s waiting for the engine of web-1 to answer at ${url}`,
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'Check that no firewall or security group blocks this port',
      'berth ssh web-1 journalctl -u docker -n 50',
    ]);
    expect((failure.cause as Error).message).toBe(`cannot reach the engine at ${url}: connection refused`);
  });

  it('ends at its limit with an engine that hangs', async () => {
    await using hung = await silentServer();

    const failure = await failureOf(waitForEngine({ ...machine, enginePort: hung.port }, world.program, 100));

    expect(failure.message).toBe(
      `timed out after 0.1 s waiting for the engine of web-1 to answer at tcp://127.0.0.1:${hung.port}`,
    );
  });

  it('ends at once where certificates are wrong: waiting mends none', async () => {
    const other = await certificates.createAuthority('other', VALID);
    await world.program.store.writeFile(machine.name, 'ca.pem', other.certificate);

    const failure = await failureOf(waitForEngine(machine, world.program, 60_000));

    expect(failure.code).toBe('CertificateInvalid');
  });

  it('ends when the user interrupts', async () => {
    await world.engines.stop('127.0.0.1', world.enginePort);
    const waiting = failureOf(waitForEngine(machine, world.program, 60_000));

    world.interrupt.abort();

    expect(told(await waiting)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });
});
