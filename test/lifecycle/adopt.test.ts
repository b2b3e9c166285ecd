import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generic } from '../../drivers/generic/index.js';
import type { AnyDriverSpec } from '../../src/driver.js';
import { connect } from '../../src/host/ssh.js';
import { adoptMachine } from '../../src/lifecycle/adopt.js';
import { planMachine } from '../../src/lifecycle/plan.js';
import type { Program } from '../../src/lifecycle/program.js';
import { reprovision } from '../../src/lifecycle/reprovision.js';
import { parseName } from '../../src/name.js';
import { DEFAULT_ENGINE, engineUrl, type Machine } from '../../src/record.js';
import { generateKeyPair } from '../../src/host/keys.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { sshServer, type Answer, type SshServer } from '../helpers/ssh-server.js';
import { NOW, testWorld, type World } from './support/world.js';

const SPEC = generic as unknown as AnyDriverSpec;
const OLD = parseName('old');
const KEY = generateKeyPair('ada');
let world: World;
let program: Program;
beforeEach(async () => {
  world = await testWorld();
  program = {
    ...world.program,
    findDriver: () => SPEC,
    connect,
    readUserFile: async (path) => (path === '/home/ada/key' ? KEY.privateKey : undefined),
  };
});
afterEach(() => world[Symbol.asyncDispose]());

const VERSION = 'docker version --format {{.Server.Version}}';
const serverThat = (answer: Answer): Promise<SshServer> => sshServer({ answers: () => answer });

function planned(server: SshServer, key = '/home/ada/key'): Machine {
  const options = {
    'ip-address': server.host,
    'ssh-user': 'ada',
    'ssh-port': server.port,
    'engine-port': 2376,
    'ssh-key': key,
  };
  return planMachine({ name: OLD, spec: SPEC, options, engine: DEFAULT_ENGINE, tlsSans: [], now: NOW });
}

describe('adopting a host', () => {
  it('asks it one question and changes nothing there', async () => {
    await using server = await serverThat({ stdout: '27.3.1\n' });

    const machine = await adoptMachine(planned(server), SPEC, program);

    expect(server.commands.map((command) => command.replaceAll("'", ''))).toEqual([VERSION]);
    expect(server.connections).toBe(1);
    expect(machine).toMatchObject({ phase: 'ready', address: server.host, transport: { kind: 'ssh' } });
    expect(engineUrl(machine)).toBe(`ssh://ada@127.0.0.1:${server.port}`);
    expect(world.lines).toContain(
      `info: docker uses your ssh program for it: "ssh -p ${server.port} ada@127.0.0.1" has to log in without a question`,
    );
  });

  it('keeps a copy of the login key and the host key it saw', async () => {
    await using server = await serverThat({ stdout: '27.3.1\n' });

    await adoptMachine(planned(server), SPEC, program);

    expect(await program.store.readFile(OLD, 'id_rsa')).toBe(KEY.privateKey);
    expect(await program.store.readFile(OLD, 'known_hosts')).toContain(server.hostKey);
    expect((await program.store.read(OLD)).ssh.keyPath).toBe(program.store.path(OLD, 'id_rsa'));
  });

  it('finds an alias, its user and its port in the ssh_config', async () => {
    await using server = await serverThat({ stdout: '27.3.1\n' });
    using home = testFolder();
    const sshConfigPath = join(home.path, 'config');
    await writeFile(sshConfigPath, `Host old-server\n  HostName 127.0.0.1\n  Port ${server.port}\n  User grace\n`);
    const options = { ...planned(server).options, 'ip-address': 'old-server', 'ssh-user': 'root', 'ssh-port': 22 };
    const machine = { ...planned(server), options, ssh: { user: 'root', port: 22 } };

    const adopted = await adoptMachine(machine, SPEC, { ...program, sshConfigPath });

    expect([...new Set(server.logins.map(({ user }) => user))]).toEqual(['grace']);
    expect(engineUrl(adopted)).toBe(`ssh://grace@old-server:${server.port}`);
    const record = await program.store.read(OLD);
    expect(record.ssh).toMatchObject({ user: 'grace', port: server.port });
    expect(record.options).toMatchObject({ 'ip-address': 'old-server', 'ssh-user': 'grace', 'ssh-port': server.port });
    expect(world.lines).toContain(
      `info: docker uses your ssh program for it: "ssh -p ${server.port} grace@old-server" has to log in without a question`,
    );
  });

  it('is refused, and forgotten, where the user cannot use an engine', async () => {
    await using server = await serverThat({ code: 1, stderr: 'permission denied while trying to connect\n' });

    const failure = await failureOf(adoptMachine(planned(server), SPEC, program));

    expect(told(failure)).toEqual({
      code: 'EngineUnreachable',
      message: 'user "ada" cannot use an engine on 127.0.0.1',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'Add the user to the group docker on the host',
      'berth create -d generic …, to let berth install an engine',
    ]);
    expect(await program.store.list()).toEqual([]);
  });

  it('is refused for a name that is taken', async () => {
    await using server = await serverThat({ stdout: '27.3.1\n' });
    await adoptMachine(planned(server), SPEC, program);

    const failure = await failureOf(adoptMachine(planned(server), SPEC, program));

    expect(told(failure)).toEqual({ code: 'MachineExists', message: 'machine "old" already exists', exitCode: 2 });
    expect(await program.store.list()).toEqual(['old']);
  });

  it('is refused without the key that the user names', async () => {
    await using server = await serverThat({});

    const failure = await failureOf(adoptMachine(planned(server, '/home/ada/nowhere'), SPEC, program));

    expect(told(failure)).toEqual({
      code: 'CheckFailed',
      message: 'SSH key does not exist: "/home/ada/nowhere"',
      exitCode: 3,
    });
    expect(server.connections).toBe(0);
  });

  it('keeps provisioning away from it afterwards', async () => {
    await using server = await serverThat({ stdout: '27.3.1\n' });
    await adoptMachine(planned(server), SPEC, program);

    const failure = await failureOf(reprovision(OLD, { renew: false }, program));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'machine "old" was adopted: berth changes nothing on its host',
      exitCode: 2,
    });
    expect(server.connections).toBe(1);
  });
});
