import { generic } from '../../drivers/generic/index.js';
import { parseName } from '../../src/name.js';
import { DEFAULT_ENGINE } from '../../src/record.js';
import { parseRecord } from '../../src/store/schema.js';

const FOLDER = '/base/machines/web-1';

const parse = (document: object, files: readonly string[] = []) =>
  parseRecord(
    JSON.stringify(document),
    { name: parseName('web-1'), folder: FOLDER, holds: (file) => files.includes(file) },
    (name) => (name === 'generic' ? generic : undefined),
  );

const DRIVER = { IPAddress: '192.0.2.7', MachineName: 'web-1', SSHUser: 'core', SSHPort: 2222 };

describe('records of former versions of docker-machine', () => {
  it('of version 0 are read, without their HostOptions', () => {
    const machine = parse({
      DriverName: 'generic',
      Driver: DRIVER,
      StorePath: '/old/machines/web-1',
      CaCertPath: '/old/certs/ca.pem',
      PrivateKeyPath: '/old/certs/ca-key.pem',
      SwarmHost: 'tcp://0.0.0.0:3376',
      SwarmMaster: true,
      SwarmDiscovery: 'token://x',
      HostOptions: { EngineOptions: { Labels: ['of=nothing'] } },
      Extra: 1,
    });

    expect(machine).toMatchObject({ address: '192.0.2.7', phase: 'ready', engine: DEFAULT_ENGINE });
    expect(machine.ssh).toEqual({ user: 'core', port: 2222 });
    expect(machine.tlsPaths).toBeUndefined();
    expect(machine.document).toEqual({
      DriverName: 'generic',
      Driver: DRIVER,
      Extra: 1,
      HostOptions: {
        EngineOptions: { TlsVerify: true, InstallURL: 'https://get.docker.com' },
        SwarmOptions: { Host: 'tcp://0.0.0.0:3376', Master: true, Discovery: 'token://x' },
      },
    });
  });

  it.each([1, 2])('of version %i are read, whatever they call the key of the authority', (version) => {
    const machine = parse({
      ConfigVersion: version,
      DriverName: 'generic',
      Driver: DRIVER,
      StorePath: '/old/machines/web-1',
      HostOptions: {
        EngineOptions: { Labels: ['tier=web'], InstallURL: 'https://example.com/install.sh' },
        AuthOptions: {
          CaCertPath: '/old/certs/ca.pem',
          PrivateKeyPath: '/old/certs/ca-key.pem',
          ServerCertSANs: ['x'],
        },
      },
    });

    expect(machine.engine).toEqual({
      ...DEFAULT_ENGINE,
      labels: ['tier=web'],
      installUrl: 'https://example.com/install.sh',
    });
    expect(machine.tlsSans).toEqual(['x']);
    expect(machine.tlsPaths).toBeUndefined();
  });

  it('are finished machines when they have an address, and begun ones without', () => {
    const phases = ['192.0.2.7', ''].map(
      (IPAddress) => parse({ ConfigVersion: 3, DriverName: 'generic', Driver: { ...DRIVER, IPAddress } }).phase,
    );

    expect(phases).toEqual(['ready', 'created']);
  });

  it('get the same id at every reading, and another than the next machine', () => {
    const id = (address: string) =>
      parse({ ConfigVersion: 3, DriverName: 'generic', Driver: { ...DRIVER, IPAddress: address } }).id;

    expect(id('192.0.2.7')).toBe(id('192.0.2.7'));
    expect(id('192.0.2.7')).not.toBe(id('192.0.2.8'));
  });
});

describe('the login key of a record', () => {
  const keyOf = (SSHKeyPath: string | undefined, files: readonly string[]) =>
    parse({ ConfigVersion: 3, DriverName: 'generic', Driver: { ...DRIVER, SSHKeyPath } }, files).ssh.keyPath;

  it.each([
    ['the written path', '/home/alice/.ssh/id_rsa', [], '/home/alice/.ssh/id_rsa'],
    ['the copy in the folder', '/home/alice/.ssh/mine', ['mine'], `${FOLDER}/mine`],
    ['the copy of a store from Windows', 'C:\\Users\\alice\\machines\\web-1\\id_rsa', ['id_rsa'], `${FOLDER}/id_rsa`],
    ['the usual file where none is written', '', ['id_rsa'], `${FOLDER}/id_rsa`],
    ['none where there is none', '', [], undefined],
    ['the usual file where the field is missing', undefined, ['id_rsa'], `${FOLDER}/id_rsa`],
  ])('is %s', (_what, written, files, expected) => {
    expect(keyOf(written, files)).toBe(expected);
  });
});

describe('the authority of a record', () => {
  const pathsOf = (AuthOptions: object) =>
    parse({ ConfigVersion: 3, DriverName: 'generic', Driver: DRIVER, HostOptions: { AuthOptions } }).tlsPaths;
  const certs = '/elsewhere/certs';

  it("is the store's own where the paths are those of a former place", () => {
    expect(
      pathsOf({ CertDir: certs, CaCertPath: `${certs}/ca.pem`, ClientKeyPath: `${certs}/key.pem` }),
    ).toBeUndefined();
  });

  it("is the user's where the paths lead out of certs/", () => {
    const paths = pathsOf({ CertDir: certs, CaCertPath: '/srv/ca.pem', CaPrivateKeyPath: `${certs}/ca-key.pem` });

    expect(paths).toEqual({ caCert: '/srv/ca.pem' });
  });

  it("is the store's own in a record from Windows", () => {
    const windows = 'C:\\Users\\alice\\certs';

    expect(pathsOf({ CertDir: windows, CaCertPath: `${windows}\\ca.pem` })).toBeUndefined();
  });

  it('is told from its place where version 1 named no folder', () => {
    const { tlsPaths } = parse({
      ConfigVersion: 1,
      DriverName: 'generic',
      Driver: DRIVER,
      StorePath: '/old/machines/web-1',
      HostOptions: { AuthOptions: { CaCertPath: '/srv/ca.pem', PrivateKeyPath: '/old/certs/ca-key.pem' } },
    });

    expect(tlsPaths).toEqual({ caCert: '/srv/ca.pem' });
  });
});

describe('keys of a record', () => {
  it('are found whatever their case, as Go finds them', () => {
    const machine = parse({
      configversion: 3,
      drivername: 'generic',
      driver: { ipaddress: '192.0.2.7', sshuser: 'core', sshport: 2222, engineport: 2399 },
      hostoptions: { engineoptions: { labels: ['a=b'] } },
    });

    expect(machine).toMatchObject({
      driver: 'generic',
      address: '192.0.2.7',
      ssh: { user: 'core', port: 2222 },
      enginePort: 2399,
      engine: { labels: ['a=b'] },
      options: { 'ip-address': '192.0.2.7', 'ssh-user': 'core', 'ssh-port': 2222 },
      resource: { host: '192.0.2.7', port: 2222, user: 'core' },
    });
  });
});
