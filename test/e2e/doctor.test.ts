import { mkdirSync, readFileSync, writeFileSync, chmodSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { certificates } from '../../src/certs/issue.js';
import { generateKeyPair } from '../../src/host/keys.js';
import { Berth } from './support/berth.js';
import { describeReal } from './support/needs.js';
import { bootServer, type Server } from './support/server.js';

const MINUTES = 60_000;
const DAY_MS = 86_400_000;

interface Answer {
  readonly ok: boolean;
  readonly mended: readonly string[];
  readonly groups: readonly {
    readonly group: string;
    readonly findings: readonly { readonly id: string; readonly severity: string; readonly fact: string }[];
  }[];
}

describeReal('the doctor', () => {
  const berth = new Berth();
  let crowded: Server;
  let quiet: Server;
  /** What it found, but for notes: "dev clock-skew"; and what it did. */
  const ask = async (
    ...flags: string[]
  ): Promise<{ code: number | null; ids: string[]; mended: readonly string[] }> => {
    const { code, stdout, stderr } = await berth.run('doctor', '--json', ...flags);
    const answer = JSON.parse(stdout || JSON.stringify({ stderr })) as Answer;
    const ids = answer.groups.flatMap(({ group, findings }) =>
      findings.flatMap(({ id, severity }) => (severity === 'note' ? [] : [`${group} ${id}`])),
    );
    return { code, ids: ids.sort(), mended: [...answer.mended].sort() };
  };
  const inStore = (...parts: string[]): string => join(berth.store, ...parts);
  const edit = (path: string, change: (text: string) => string): void =>
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  const addressOf = (name: string): string => {
    const record = JSON.parse(readFileSync(inStore('machines', name, 'config.json'), 'utf8')) as {
      readonly Driver: { readonly IPAddress: string };
    };
    return record.Driver.IPAddress;
  };
  /** As an engine has it five days after the certificate has ended. */
  const expireCertificate = async (name: string, address: string): Promise<void> => {
    const [certificate = '', privateKey = ''] = ['ca.pem', 'ca-key.pem'].map((file) =>
      readFileSync(inStore('certs', file), 'utf8'),
    );
    const pair = await certificates.issueServer(
      { certificate, privateKey },
      { names: [address], organization: 'ada', validity: { from: new Date(Date.now() - 10 * DAY_MS), days: 5 } },
    );
    writeFileSync(inStore('machines', name, 'server.pem'), pair.certificate);
    writeFileSync(inStore('machines', name, 'server-key.pem'), pair.privateKey);
    for (const file of ['server.pem', 'server-key.pem'])
      await berth.ok('scp', inStore('machines', name, file), `${name}:/etc/docker/${file}`);
    await berth.ok('ssh', name, 'systemctl restart docker');
  };
  const generic = (server: Server, user: string, name: string): Promise<string> =>
    berth.ok(
      ...['create', '-d', 'generic', '--generic-ip-address', server.address, '--generic-ssh-user', user],
      ...['--generic-ssh-key', server.keyPath, name],
    );

  beforeAll(async () => {
    const packages = ['docker.io'];
    [crowded, quiet] = await Promise.all([
      bootServer('crowded', { packages, diskSizeMb: 2_500 }),
      bootServer('quiet', { packages }),
    ]);
    await crowded.sh(
      [
        'apt-get -qq update && apt-get -qq install -y sudo',
        'useradd -m -s /bin/bash ada && mkdir /home/ada/.ssh && cp /root/.ssh/authorized_keys /home/ada/.ssh',
        'chown -R ada: /home/ada/.ssh',
        "echo 'ada ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ada",
      ].join(' && '),
    );
    await berth.ok('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'dev');
    await generic(crowded, 'ada', 'full');
    await generic(quiet, 'root', 'still');
    await generic(quiet, 'root', 'reborn');
    await berth.ok('create', '-d', 'none', '--url', (await berth.ok('url', 'dev')).trim(), 'gone');
  }, 15 * MINUTES);
  afterAll(async () => {
    await berth.run('rm', '-f', 'dev', 'full', 'still', 'reborn');
    await crowded?.[Symbol.asyncDispose]();
    await quiet?.[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  }, 2 * MINUTES);

  it(
    'is quiet about machines that are well',
    async () => {
      const { code, stdout } = await berth.run('doctor');

      const states = [...stdout.matchAll(/^([a-z]+) +(\w+) /gm)].map(([, where, state]) => `${where} ${state}`);
      const here = ['computer ok', 'shell ok', 'store ok', 'certificates ok', 'contexts ok'];
      expect({ code, states }).toEqual({
        code: 0,
        states: [...here, 'dev ok', 'full ok', 'gone ok', 'reborn ok', 'still ok'],
      });
    },
    2 * MINUTES,
  );

  it(
    'finds twelve faults',
    async () => {
      const address = addressOf('dev');
      // 1 to 4, on this computer: a key for everybody, half a record, a machine whose folder alone was removed, a shell that uses it.
      chmodSync(inStore('machines/dev/id_rsa'), 0o644);
      mkdirSync(inStore('machines/torn'), { mode: 0o700 });
      writeFileSync(inStore('machines/torn/config.json'), '{"ConfigVersion": 3, "Dri', { mode: 0o600 });
      rmSync(inStore('machines/gone'), { recursive: true });
      Object.assign(berth.environment, { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_MACHINE_NAME: 'gone' });
      // 5 to 7, of dev: a certificate that has expired, a clock that is ahead, another address than the record has.
      await expireCertificate('dev', address);
      await berth.ok(
        'ssh',
        'dev',
        `echo 'echo $(($(/usr/bin/date +%s) + 900))' >/usr/local/bin/date; chmod 755 /usr/local/bin/date`,
      );
      edit(inStore('machines/dev/config.json'), (text) => text.replaceAll(address, '172.30.112.250'));
      // 8 to 10, of full: no room, no sudo, a port that a firewall closes.
      await crowded.sh(
        [
          "free=$(df -Pk / | awk 'NR == 2 { print $4 }'); fallocate -l $((free - 10000))K /filler",
          'rm /etc/sudoers.d/ada',
          'iptables -I INPUT -p tcp --dport 2376 -j REJECT',
        ].join(' && '),
      );
      // 11 and 12, of one server: no engine, and another host key than the one that is known.
      await quiet.sh('systemctl stop docker.socket docker.service');
      writeFileSync(inStore('machines/reborn/known_hosts'), `reborn ${generateKeyPair('other').publicKey}\n`);

      const found = await ask();

      expect(found).toEqual({
        code: 1,
        ids: [
          'contexts context-gone',
          'contexts context-stale',
          'dev address-changed',
          'dev certificate-expired',
          'dev clock-skew',
          'full disk-full',
          'full engine-port-closed',
          'full sudo-refused',
          'reborn engine-unreachable',
          'reborn host-key-changed',
          'shell docker-host-gone',
          'still engine-stopped',
          'store store-permission',
          'torn record-broken',
        ],
        mended: [],
      });
    },
    4 * MINUTES,
  );

  it(
    'mends what it can, and no more than that',
    async () => {
      const after = await ask('--fix');

      expect(after).toEqual({
        code: 1,
        ids: [
          'dev clock-skew',
          'full disk-full',
          'full engine-port-closed',
          'full sudo-refused',
          'reborn host-key-changed',
          'shell docker-host-gone',
          'torn record-broken',
        ],
        mended: [
          `Keeping others out of ${inStore('machines/dev/id_rsa')}`,
          'Provisioning still',
          `Putting the address ${addressOf('dev')} of dev on record`,
          'Removing the docker context "gone"',
          'Renewing the certificates of dev',
        ],
      });
      expect(statSync(inStore('machines/dev/id_rsa')).mode & 0o777).toBe(0o600);
      expect(await berth.docker('dev', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
      expect(await berth.docker('still', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    },
    5 * MINUTES,
  );

  it(
    'has nothing more to say once the rest was mended by hand',
    async () => {
      await berth.ok('rm', '-f', 'torn');
      delete berth.environment['DOCKER_HOST'];
      delete berth.environment['DOCKER_MACHINE_NAME'];
      await berth.ok('ssh', 'dev', 'rm /usr/local/bin/date');
      await crowded.sh("rm /filler; echo 'ada ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ada; iptables -D INPUT 1");
      rmSync(inStore('machines/reborn/known_hosts'));

      expect(await ask()).toEqual({ code: 0, ids: [], mended: [] });
    },
    3 * MINUTES,
  );
});
