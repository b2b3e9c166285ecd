import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A store as another program left it: its files by path, where BASE stands for the store's folder. */
export interface FormerStore {
  readonly title: string;
  /** Path below the store's folder → content. An object is a record and is printed as Go prints it. */
  readonly files: Readonly<Record<string, string | object>>;
  /** What berth shall understand of each machine. */
  readonly machines: Readonly<Record<string, { readonly driver: string; readonly address: string }>>;
  /** Keys that berth does not know, by machine: path in the record → value. */
  readonly unknown: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Writes the store with the modes of docker-machine. */
export async function buildStore(base: string, { files }: FormerStore): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : goText(content);
    await mkdir(dirname(join(base, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(base, path), text.replaceAll('BASE', base), {
      mode: /\bkey|json|rsa/.test(path) ? 0o600 : 0o644,
    });
  }
}

/** Four blanks, Go's escapes, no line break at the end. */
function goText(value: object): string {
  return JSON.stringify(value, null, 4).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

const CERTS = {
  'certs/ca.pem': 'authority',
  'certs/ca-key.pem': 'authority key',
  'certs/cert.pem': 'client',
  'certs/key.pem': 'client key',
};

/** Everything docker-machine puts beside a record. */
const beside = (name: string): Record<string, string> =>
  Object.fromEntries(
    ['ca.pem', 'cert.pem', 'key.pem', 'server.pem', 'server-key.pem', 'id_rsa', 'id_rsa.pub'].map((file) => [
      `machines/${name}/${file}`,
      `${file} of ${name}`,
    ]),
  );

const folderOf = (name: string): string => `BASE/machines/${name}`;

const driver = (name: string, IPAddress: string, more: object = {}): object => ({
  ...{ IPAddress, MachineName: name, SSHUser: 'ubuntu', SSHPort: 22, SSHKeyPath: `${folderOf(name)}/id_rsa` },
  ...{ StorePath: 'BASE', SwarmMaster: false, SwarmHost: 'tcp://0.0.0.0:3376', SwarmDiscovery: '' },
  ...more,
});

const ENGINE = {
  ...{ ArbitraryFlags: ['log-opt=max-size=10m'], Dns: null, GraphDir: '', Env: ['A=<b>&c'], Ipv6: false },
  ...{ InsecureRegistry: [], Labels: [], LogLevel: '', StorageDriver: 'overlay2', SelinuxEnabled: false },
  ...{ TlsVerify: true, RegistryMirror: [], InstallURL: 'https://get.docker.com' },
};

const SWARM = {
  ...{ IsSwarm: false, Address: '', Discovery: '', Agent: false, Master: false, Host: 'tcp://0.0.0.0:3376' },
  ...{ Image: 'swarm:latest', Strategy: 'spread', Heartbeat: 0, Overcommit: 0, ArbitraryFlags: [] },
  ...{ ArbitraryJoinFlags: [], Env: null, IsExperimental: false },
};

const auth = (name: string): object => ({
  ...{ CertDir: 'BASE/certs', CaCertPath: 'BASE/certs/ca.pem', CaPrivateKeyPath: 'BASE/certs/ca-key.pem' },
  ...{ CaCertRemotePath: '', ServerCertPath: `${folderOf(name)}/server.pem` },
  ...{ ServerKeyPath: `${folderOf(name)}/server-key.pem`, ClientKeyPath: 'BASE/certs/key.pem' },
  ...{ ServerCertRemotePath: '', ServerKeyRemotePath: '', ClientCertPath: 'BASE/certs/cert.pem' },
  ...{ ServerCertSANs: [], StorePath: folderOf(name) },
});

const version3 = (name: string, DriverName: string, Driver: object, hostOptions: object = {}): object => ({
  ConfigVersion: 3,
  Driver,
  DriverName,
  HostOptions: {
    ...{ Driver: '', Memory: 0, Disk: 0, EngineOptions: ENGINE, SwarmOptions: SWARM, AuthOptions: auth(name) },
    ...hostOptions,
  },
  Name: name,
});

/** The driver objects of old had no StorePath; drivers kept their own copies of certificate paths and swarm settings. */
const OLD_DRIVER = {
  ...{ IPAddress: '192.0.2.7', MachineName: 'web-1', SSHUser: 'core', SSHPort: 2222 },
  ...{ CaCertPath: 'BASE/certs/ca.pem', PrivateKeyPath: 'BASE/certs/ca-key.pem', DropletID: 12345678901 },
};

const OLD_PATHS = {
  ...{ CaCertPath: 'BASE/certs/ca.pem', PrivateKeyPath: 'BASE/certs/ca-key.pem' },
  ...{ ServerCertPath: `${folderOf('web-1')}/server.pem`, ServerKeyPath: `${folderOf('web-1')}/server-key.pem` },
  ...{ ClientKeyPath: 'BASE/certs/key.pem', ClientCertPath: 'BASE/certs/cert.pem' },
};

const old = (title: string, record: object): FormerStore => ({
  title,
  files: { ...CERTS, ...beside('web-1'), 'machines/web-1/config.json': record },
  machines: { 'web-1': { driver: 'generic', address: '192.0.2.7' } },
  unknown: { 'web-1': { 'Driver.DropletID': 12345678901 } },
});

export const VERSIONS: readonly FormerStore[] = [
  old('version 0', {
    DriverName: 'generic',
    Driver: OLD_DRIVER,
    StorePath: folderOf('web-1'),
    ...OLD_PATHS,
    ...{ SwarmHost: 'tcp://0.0.0.0:3376', SwarmMaster: false, SwarmDiscovery: '' },
  }),
  old('version 1', {
    ConfigVersion: 1,
    Driver: OLD_DRIVER,
    DriverName: 'generic',
    HostOptions: { Driver: '', Memory: 0, Disk: 0, EngineOptions: ENGINE, SwarmOptions: SWARM, AuthOptions: OLD_PATHS },
    StorePath: folderOf('web-1'),
  }),
  old('version 2', {
    ConfigVersion: 2,
    Driver: OLD_DRIVER,
    DriverName: 'generic',
    HostOptions: {
      ...{ Driver: '', Memory: 0, Disk: 0, EngineOptions: ENGINE, SwarmOptions: SWARM },
      AuthOptions: { ...auth('web-1'), StorePath: 'BASE' },
    },
    StorePath: folderOf('web-1'),
  }),
  {
    title: 'version 3',
    files: {
      ...CERTS,
      ...beside('web-1'),
      'machines/web-1/config.json': version3(
        'web-1',
        'generic',
        driver('web-1', '192.0.2.7', { EnginePort: 2376, SSHKey: '/home/alice/.ssh/id_rsa' }),
      ),
      'machines/web-1/config.json.bak': '{"DriverName": "generic"}',
      'machines/bare/config.json': version3(
        'bare',
        'none',
        driver('bare', '192.0.2.8:2376', { SSHKeyPath: '', URL: 'tcp://192.0.2.8:2376' }),
      ),
      'machines/.DS_Store': 'no machine',
      'cache/boot2docker.iso': 'an image',
      'no-error-report': '',
    },
    machines: {
      bare: { driver: 'none', address: '192.0.2.8:2376' },
      'web-1': { driver: 'generic', address: '192.0.2.7' },
    },
    unknown: {},
  },
  {
    // What docker-machine's own migration made of a record of version 0: paths that lead nowhere.
    ...old('version 3, migrated from 0', {
      ConfigVersion: 3,
      Driver: { ...OLD_DRIVER, StorePath: '.' },
      DriverName: 'generic',
      HostOptions: {
        ...{ Driver: '', Memory: 0, Disk: 0, EngineOptions: { ...ENGINE, Labels: null }, SwarmOptions: SWARM },
        AuthOptions: { ...auth('web-1'), CertDir: 'certs', StorePath: '.' },
      },
      Name: 'web-1',
    }),
  },
];

/** Records of the forks; facts of their keys are in the drivers' own Go structs. */
export const FORKS: readonly FormerStore[] = [
  {
    title: "GitLab's fork",
    files: {
      ...CERTS,
      'certs/.lock': '',
      'google-flex-stockout-health.json': '{"entries": []}',
      'google-flex-stockout-health.json.lock': '',
      ...beside('runner-1'),
      'machines/runner-1/config.json': version3(
        'runner-1',
        'amazonec2',
        driver('runner-1', '192.0.2.21', {
          ...{ Id: '', AccessKey: '', SecretKey: 'hidden', Region: 'us-east-1', InstanceId: 'i-0abc', RootSize: 16 },
          ...{ VolumeEncrypted: true, VolumeKmsKeyId: 'kms', MetadataTokenSetting: 'required' },
          ...{ MetadataTokenResponseHopLimit: 2 },
        }),
      ),
      ...beside('runner-2'),
      'machines/runner-2/config.json': version3(
        'runner-2',
        'google',
        driver('runner-2', '192.0.2.22', {
          ...{ Zone: 'us-central1-a', Labels: ['team:ci'], Metadata: { a: 'b' }, SkipFirewall: true },
          OperationBackoffFactory: { InitialInterval: 1000000000, RandomizationFactor: 0.5, Multiplier: 2.0 },
        }),
      ),
    },
    machines: {
      'runner-1': { driver: 'amazonec2', address: '192.0.2.21' },
      'runner-2': { driver: 'google', address: '192.0.2.22' },
    },
    unknown: {
      'runner-1': {
        'Driver.VolumeEncrypted': true,
        'Driver.MetadataTokenResponseHopLimit': 2,
        'Driver.SecretKey': 'hidden',
      },
      'runner-2': { 'Driver.Labels': ['team:ci'], 'Driver.OperationBackoffFactory.InitialInterval': 1000000000 },
    },
  },
  {
    title: "Rancher's fork",
    files: {
      ...CERTS,
      ...beside('node-1'),
      'machines/node-1/config.json': version3(
        'node-1',
        'google',
        {
          IPv6Address: '2001:db8::1',
          ...driver('node-1', '192.0.2.31', { Labels: 'team,ci', Userdata: '#cloud-config' }),
        },
        {
          ...{ EngineOptions: null, SwarmOptions: null, AuthOptions: null },
          ...{ CustomInstallScript: '/tmp/install.sh', HostnameOverride: 'node-1', MachineOS: 'linux' },
        },
      ),
      ...beside('node-2'),
      'machines/node-2/config.json': version3(
        'node-2',
        'azure',
        driver('node-2', '192.0.2.32', { TenantID: 't', Tags: { team: 'ci' }, ManagedDisks: true }),
      ),
      'machines/node-3/config.json': version3('node-3', 'generic', {
        ...{ ipaddress: '192.0.2.33', ipv6address: '', machinename: 'node-3', sshuser: 'rancher', sshport: 2222 },
      }),
      'credentials/azure/0.tenantid': 't',
    },
    machines: {
      'node-1': { driver: 'google', address: '192.0.2.31' },
      'node-2': { driver: 'azure', address: '192.0.2.32' },
      'node-3': { driver: 'generic', address: '192.0.2.33' },
    },
    unknown: {
      'node-1': {
        ...{ 'Driver.IPv6Address': '2001:db8::1', 'Driver.Labels': 'team,ci' },
        ...{ 'HostOptions.CustomInstallScript': '/tmp/install.sh', 'HostOptions.MachineOS': 'linux' },
      },
      'node-2': { 'Driver.Tags': { team: 'ci' } },
      'node-3': { 'Driver.ipv6address': '' },
    },
  },
];
