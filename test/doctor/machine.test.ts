import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificates } from '../../src/certs/issue.js';
import { engineFindings } from '../../src/doctor/engine.js';
import type { Finding } from '../../src/doctor/finding.js';
import { MachineError, type ErrorCode } from '../../src/errors.js';
import { stopMachine } from '../../src/lifecycle/power.js';
import { parseName } from '../../src/name.js';
import type { KeyPair, Machine } from '../../src/record.js';
import { clinic, type Clinic } from './support/clinic.js';

const WEB = parseName('web-1');
const PROVISION = { kind: 'provision', machine: WEB, renew: false } as const;
const RENEW = { kind: 'provision', machine: WEB, renew: true } as const;
const DAY_MS = 86_400_000;

let own: Clinic;
let engine: string;
beforeEach(async () => {
  own = await clinic();
  await own.create('web-1');
  engine = `tcp://127.0.0.1:${own.world.enginePort}`;
});
afterEach(() => own[Symbol.asyncDispose]());

const stopEngine = (): Promise<void> => own.world.engines.stop('127.0.0.1', own.world.enginePort);
const findings = async (): Promise<readonly Finding[]> => (await own.examine('web-1')).findings;
const authority = async (): Promise<KeyPair> => {
  const stored = await own.program.store.certificates();
  if (!stored) throw new Error('there is no authority');
  return stored.authority;
};

/** Its engine is started again with this certificate. */
async function engineWith(issuer: KeyPair, { names = ['127.0.0.1'], fromDays = -1, days = 30 } = {}): Promise<void> {
  const from = new Date(Date.now() + fromDays * DAY_MS);
  const server = await certificates.issueServer(issuer, { names, organization: 'ada', validity: { from, days } });
  const tls = { authority: (await authority()).certificate, server };
  await own.world.engines.run('127.0.0.1', own.world.enginePort, tls);
}

/** It takes connections, and never says a word. */
async function silentServer(port: number): Promise<AsyncDisposable> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {}))).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a machine', () => {
  it('that is well is one line', async () => {
    expect(await own.examine('web-1')).toEqual({ seen: 'Running, engine 28.2.2, 10 GiB free', findings: [] });
  });

  it('that is stopped is not looked at further', async () => {
    await stopMachine(WEB, own.program);
    own.login = () => Promise.reject(new Error('nobody logs in'));

    expect(await own.examine('web-1')).toEqual({ seen: 'Stopped', findings: [] });
  });

  it('that its provider does not have any more is told of', async () => {
    own.world.provider.servers.clear();

    expect(await own.examine('web-1')).toEqual({
      seen: 'NotFound',
      findings: [
        {
          id: 'machine-gone',
          severity: 'error',
          fact: 'its provider has no such machine any more',
          remedy: 'berth rm web-1',
        },
      ],
    });
  });

  it('that was never finished says so', async () => {
    const machine = await own.program.store.read(WEB);
    await own.program.store.write({ ...machine, phase: 'created' });

    expect(await own.examine('web-1')).toEqual({
      seen: 'unfinished',
      findings: [
        {
          id: 'machine-unfinished',
          severity: 'warning',
          fact: 'it was never finished',
          remedy: 'Run create again with the same arguments, or: berth rm web-1',
        },
      ],
    });
  });

  it('has an address that its record does not know', async () => {
    for (const server of own.world.provider.servers.values()) server.address = 'localhost';

    expect(await findings()).toEqual([
      {
        id: 'address-changed',
        severity: 'error',
        fact: 'its address is localhost, and the record says 127.0.0.1',
        remedy: 'berth doctor --fix web-1',
        mend: { kind: 'address', machine: WEB, address: 'localhost' },
      },
    ]);
  });

  it('that takes too long is never taken for a good one, whichever timer is the first', async () => {
    own.login = () => new Promise(() => {});

    const exams = await Promise.all(Array.from({ length: 40 }, (_, index) => own.examine('web-1', 40 + index)));

    expect(exams.filter(({ findings }) => findings.length !== 1)).toEqual([]);
  });

  it('whose port of sshd swallows everything is told of before its time is over', async () => {
    own.login = async ({ withinMs }) => {
      await sleep(withinMs);
      throw new MachineError('HostUnreachable', 'no answer', { suggestions: ['Look at the firewall'] });
    };

    expect((await own.examine('web-1', 2_000)).findings).toEqual([
      { id: 'ssh-unreachable', severity: 'error', fact: 'no answer', remedy: 'Look at the firewall' },
    ]);
  });

  it('whose port of the engine swallows everything is told of before its time is over', async () => {
    await stopEngine();
    await using _silent = await silentServer(own.world.enginePort);
    Object.assign(own.host, { free_kib: '1024' });

    const { findings } = await own.examine('web-1', 2_000);

    expect(findings.map(({ id }) => id)).toEqual(['disk-full', 'engine-port-closed']);
  });

  it('that takes too long says so, with what was found until then', async () => {
    own.login = () => new Promise(() => {});

    expect(await own.examine('web-1', 300)).toEqual({
      seen: 'Running',
      findings: [
        {
          id: 'machine-slow',
          severity: 'error',
          fact: 'no more was to be learnt within 0.3 s',
          remedy: 'berth doctor --timeout 0.6 web-1',
        },
      ],
    });
  });
});

describe('the login', () => {
  const refused: readonly [ErrorCode, string, string][] = [
    ['HostUnreachable', 'ssh-unreachable', 'Look at the network'],
    ['LoginRefused', 'login-refused', 'Look at the network'],
    ['KeyUnusable', 'key-unusable', 'Look at the network'],
    ['HostKeyChanged', 'host-key-changed', 'If the host was really reinstalled, remove its old line from'],
  ];

  it.each(refused)('that ends with %s is told as %s', async (code, id, remedy) => {
    own.login = () => Promise.reject(new MachineError(code, 'no luck', { suggestions: ['Look at the network'] }));

    const [finding] = await findings();

    expect(finding).toMatchObject({ id, severity: 'error', fact: 'no luck' });
    expect(finding?.remedy.startsWith(remedy)).toBe(true);
    expect(finding?.mend).toBeUndefined();
  });
});

describe('the host of a machine', () => {
  it.each([
    ['disk-full', 'error', { free_kib: '100000' }, 'the disk of the engine is 99 % full, 98 MiB free'],
    ['disk-full', 'warning', { free_kib: '2000000' }, 'the disk of the engine is 90 % full, 1953 MiB free'],
    [
      'inodes-full',
      'error',
      { inodes: '1000', free_inodes: '1' },
      "the engine's file system is 99 % full, 1 inodes free",
    ],
    ['reboot-required', 'warning', { reboot: '1' }, 'updates of its system wait for a restart'],
    ['os-updates', 'note', { updates: '7' }, 'its system has 7 updates waiting'],
  ] as const)('is told of by %s as %s', async (...[id, severity, values, fact]) => {
    Object.assign(own.host, values);

    expect((await findings()).map(({ remedy: _remedy, ...finding }) => finding)).toEqual([{ id, severity, fact }]);
  });

  it.each([
    [900, 'error', 'ahead of'],
    [-900, 'error', 'behind'],
    [60, 'warning', 'ahead of'],
  ])('is told of when its clock is off by %d s', async (seconds, severity, word) => {
    Object.assign(own.host, { CanNTP: 'yes', NTP: 'no', NTPSynchronized: 'no' });
    own.host['clock'] = String(Math.round(Date.now() / 1000) + seconds);

    const [finding] = await findings();

    expect(finding).toMatchObject({
      id: 'clock-skew',
      severity,
      remedy: 'berth ssh web-1 timedatectl set-ntp true',
    });
    expect(finding?.fact).toMatch(new RegExp(`^its clock is (${Math.abs(seconds)}|\\d+) s ${word} this computer's$`));
  });

  it.each([
    ['nothing keeps its clock', {}, 'berth ssh web-1 date -u -s @$(date +%s)'],
    [
      'what keeps its clock does not reach its servers',
      { CanNTP: 'yes', NTP: 'yes', NTPSynchronized: 'no' },
      'berth ssh web-1 date -u -s @$(date +%s)',
    ],
    [
      'it has the time from the network, and this computer does not',
      { CanNTP: 'yes', NTP: 'yes', NTPSynchronized: 'yes' },
      "It keeps its own by the network's time, so set this computer's: sudo timedatectl set-ntp true",
    ],
  ])('is told how its clock is set where %s', async (_case, timeService, remedy) => {
    Object.assign(own.host, timeService, { clock: String(Math.round(Date.now() / 1000) + 900) });

    expect(await findings()).toMatchObject([{ id: 'clock-skew', remedy }]);
  });

  it('that has no sudo at all gets some', async () => {
    Object.assign(own.host, { sudo: 'no', sudo_words: Buffer.from('sudo is not installed').toString('hex') });

    expect(await findings()).toMatchObject([
      {
        id: 'sudo-refused',
        fact: 'user "root" cannot become root: there is no sudo',
        remedy: "As root on the host: install sudo, then: echo 'root ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/berth",
      },
    ]);
  });

  it('that gives no sudo is told of, and its engine is not for us to mend', async () => {
    Object.assign(own.host, { sudo: 'no', sudo_words: Buffer.from('sudo: a password is required').toString('hex') });
    Object.assign(own.host, { unit: 'inactive' });
    await stopEngine();

    expect(await findings()).toEqual([
      {
        id: 'sudo-refused',
        severity: 'error',
        fact: 'user "root" cannot use sudo without a password',
        remedy: "As root on the host: echo 'root ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/berth",
        details: ['sudo: a password is required'],
      },
      {
        id: 'engine-stopped',
        severity: 'error',
        fact: 'the engine does not run: docker.service is inactive',
        remedy: 'berth provision web-1',
      },
    ]);
  });
});

describe('the engine of a machine', () => {
  it.each([
    ['engine-stopped', { unit: 'failed' }, 'the engine does not run: docker.service is failed', PROVISION],
    ['engine-missing', { load: 'not-found', unit: 'inactive' }, 'there is no engine', PROVISION],
  ] as const)('that does not run is told as %s', async (...[id, values, fact, mend]) => {
    Object.assign(own.host, values);
    await stopEngine();

    expect(await findings()).toEqual([{ id, severity: 'error', fact, remedy: 'berth provision web-1', mend }]);
  });

  it('that runs and does not listen is provisioned again', async () => {
    delete own.host['listening'];
    await stopEngine();

    expect(await findings()).toMatchObject([
      {
        id: 'engine-not-listening',
        fact: `the engine runs, and does not listen on port ${own.world.enginePort}`,
        mend: PROVISION,
      },
    ]);
  });

  it('that listens and cannot be reached stands behind a firewall', async () => {
    await stopEngine();

    expect(await findings()).toMatchObject([
      {
        id: 'engine-port-closed',
        fact: `cannot reach the engine at ${engine}: connection refused`,
        remedy: `Check that no firewall or security group blocks port ${own.world.enginePort}`,
      },
    ]);
  });

  it.each([
    ['certificate-expired', { fromDays: -10, days: 5 }, 'its certificate has expired'],
    ['certificate-names', { names: ['192.0.2.99'] }, 'its certificate is for another address or name'],
  ])('with %s gets a new certificate', async (id, certificate, words) => {
    await engineWith(await authority(), certificate);

    expect(await findings()).toMatchObject([
      {
        id,
        fact: `cannot trust the engine at ${engine}: ${words}`,
        remedy: 'berth regenerate-certs -f web-1',
        mend: RENEW,
      },
    ]);
  });

  it('with a certificate of another authority gets a new one', async () => {
    await engineWith(await certificates.createAuthority('others', { from: new Date(Date.now() - DAY_MS), days: 30 }));

    expect(await findings()).toMatchObject([{ id: 'certificate-authority', mend: RENEW }]);
  });

  it('whose clock or ours is behind gets none, since it would be of no use', async () => {
    await engineWith(await authority(), { fromDays: 5 });

    const [finding] = await findings();

    expect(finding).toMatchObject({
      id: 'certificate-not-yet-valid',
      remedy: 'Set the clocks of this computer and the machine',
    });
    expect(finding?.mend).toBeUndefined();
  });

  it('whose certificate ends within sixty days is told of in time', async () => {
    const from = new Date(Date.now() - 1_000 * DAY_MS);
    const names = ['127.0.0.1'];
    const pair = await certificates.issueServer(await authority(), {
      names,
      organization: 'ada',
      validity: { from, days: 1_050 },
    });
    await own.program.store.writeFile(WEB, 'server.pem', pair.certificate);

    const [finding] = await findings();

    expect(finding).toMatchObject({ id: 'certificate-expiring', severity: 'warning', mend: RENEW });
    expect(finding?.fact).toMatch(/^the engine's certificate expires on \d{4}-\d\d-\d\d$/);
  });

  it('that refuses the API of our docker client is told of', async () => {
    own.world.engines.answer = (_address, { url }, response) => {
      response.end(JSON.stringify(url === '/version' ? { Version: '40.0.0', MinAPIVersion: '1.52' } : {}));
      return true;
    };

    expect(await findings()).toEqual([
      {
        id: 'docker-client-old',
        severity: 'error',
        fact: 'docker client 28.2.2 is too old for engine 40.0.0: API 1.50 < 1.52',
        remedy: 'Install a newer docker client; meanwhile: berth ssh web-1 docker',
      },
    ]);
  });

  it.each([
    ['CertificateInvalid', 'certificate-refused'],
    ['EngineRefused', 'engine-refused'],
  ] as const)('of which only the URL is known is not ours to mend at %s', async (code, id) => {
    const machine = { ...(await own.program.store.read(WEB)), transport: { kind: 'url' } } as Machine;
    const asked = { refusal: new MachineError(code, 'no luck') };
    const exam = { machine, asked, facts: undefined, client: undefined, canProvision: false };

    expect(await engineFindings(exam, own.program)).toEqual([
      {
        ...{ id, severity: 'error', fact: 'no luck' },
        remedy: 'Mend it where the engine runs: of this machine berth knows only the URL',
      },
    ]);
  });

  it('that stands still on an adopted host is started there by hand', async () => {
    const machine = { ...(await own.program.store.read(WEB)), transport: { kind: 'ssh' } } as const;
    const facts = { clock: 0, unit: 'inactive', isInstalled: true, isListening: false, updates: 0, wantsReboot: false };
    const exam = { machine, asked: undefined, facts, client: undefined, canProvision: false };

    expect(await engineFindings(exam, own.program)).toMatchObject([
      { id: 'engine-stopped', remedy: 'berth ssh web-1 systemctl start docker' },
    ]);
  });

  it('at the end of a tunnel is told of as its host sees it', async () => {
    const machine = await own.program.store.read(WEB);
    const tunnelled = { ...machine, transport: { kind: 'tunnel', socket: '/nowhere/docker.sock' } } as const;
    const refusal = new MachineError('EngineRefused', 'the engine refused GET /version (HTTP status 503)');
    const facts = { clock: 0, unit: 'inactive', isInstalled: true, isListening: false, updates: 0, wantsReboot: false };
    const exam = { machine: tunnelled, asked: { refusal }, facts, client: undefined, canProvision: true };

    expect((await engineFindings(exam, own.program)).map(({ id, mend }) => [id, mend])).toEqual([
      ['engine-stopped', PROVISION],
    ]);
  });

  it.each([
    ['alone', 'inactive', ['live-restore-off']],
    ['in a swarm, which does not go together with it', 'active', []],
  ])('without live-restore, %s', async (_where, state, ids) => {
    own.world.engines.answer = (_address, { url }, response) => {
      const info = { LiveRestoreEnabled: false, Swarm: { LocalNodeState: state } };
      response.end(JSON.stringify(url === '/version' ? { Version: '28.2.2' } : info));
      return true;
    };

    expect((await findings()).map(({ id }) => id)).toEqual(ids);
  });
});
