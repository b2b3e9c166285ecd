import '../helpers/realm.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reachEngine } from '../../src/lifecycle/reach.js';
import { pause } from '../../src/poll.js';
import { silentServer } from '../helpers/engine.js';
import { failureOf, told } from '../helpers/failure.js';
import { computer, serverOf, type Computer, type Server } from './support/other-computer.js';

let here: Computer;
let server: Server;
beforeEach(async () => {
  here = await computer();
  server = await serverOf(here, 'web-1');
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});

describe('reaching an engine', () => {
  it('takes one question where it answers', async () => {
    await expect(reachEngine(server.machine, here.program)).resolves.toBeUndefined();
    expect(server.sshd.connections).toBe(0);
  });

  it('succeeds when it comes back within the time', async () => {
    const { enginePort, address, name } = server.machine;
    const { store } = here.program;
    await here.world.engines.stop(address, enginePort);
    const [authority = '', certificate = '', privateKey = ''] = await Promise.all(
      (['ca.pem', 'server.pem', 'server-key.pem'] as const).map((file) => store.readFile(name, file)),
    );

    const reaching = reachEngine(server.machine, here.program, { refusedMs: 10_000, silentMs: 10_000 });
    await pause(50);
    await here.world.engines.run(address, enginePort, { authority, server: { certificate, privateKey } });

    await expect(reaching).resolves.toBeUndefined();
  });

  it('says why where it stays away', async () => {
    const { enginePort, address } = server.machine;
    await here.world.engines.stop(address, enginePort);

    const failure = await failureOf(reachEngine(server.machine, here.program, { refusedMs: 200, silentMs: 60_000 }));

    expect(told(failure)).toEqual({
      code: 'EngineUnreachable',
      message: `cannot reach the engine at tcp://127.0.0.1:${enginePort}: connection refused`,
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual(['berth status web-1', 'berth provision web-1']);
  });

  it('ends where nothing is ever said', async () => {
    await using silent = await silentServer();

    const failure = await failureOf(
      reachEngine({ ...server.machine, enginePort: silent.port }, here.program, { refusedMs: 1, silentMs: 200 }),
    );

    expect(told(failure)).toEqual({
      code: 'EngineUnreachable',
      message: `cannot reach the engine at ${silent.url}: no answer within 200 ms`,
      exitCode: 4,
    });
  });

  it('ends at once where certificates are wrong', async () => {
    await here.program.store.writeFile(server.machine.name, 'ca.pem', '');

    const failure = await failureOf(reachEngine(server.machine, here.program));

    expect(failure.code).toBe('CertificateInvalid');
  });

  it.each([{ kind: 'ssh' } as const, { kind: 'url', url: 'tcp://127.0.0.1:1' } as const])(
    'is left to the docker client for a machine of transport $kind',
    async (transport) => {
      await expect(reachEngine({ ...server.machine, transport }, here.program)).resolves.toBeUndefined();
    },
  );
});
