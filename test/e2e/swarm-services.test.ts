import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished, type Berth, type Ran } from './support/berth.js';
import { NEW_HOST, RealCluster, whyNotEncrypted } from './support/cluster.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;
/** One that fills a frame of a usual network, where tunnels that count wrongly lose the first, and one of many frames. */
const PAYLOADS = { small: randomBytes(1_400), large: randomBytes(64 << 10) };
const SERVE = ['busybox', '/bin/busybox', 'httpd', '-f', '-p', '80', '-h', '/www'];
/** Linux without IP_VS has neither virtual addresses of services nor the routing mesh; this needs neither. */
const DIRECT = ['-d', '--endpoint-mode', 'dnsrr'];

const ECHO = ['busybox', '/bin/busybox', 'nc', '-ll', '-p', '7', '-e', '/bin/busybox', 'cat'];
/** In a task: sends each payload to every other task of the service, found by its name, and compares what comes back. */
const ASK_ALL = `b=/bin/busybox
own=$($b hostname -i)
for address in $($b nslookup tasks.echo. | $b awk '/^Address: / { print $2 }'); do
  [ "$address" = "$own" ] && continue
  for payload in small large; do
    $b timeout 10 $b nc "$address" 7 <"/www/$payload" | $b cmp - "/www/$payload" && echo "$payload"
  done
done`;

const LABELS = ['--label', 'site=lab'];
const GLOBAL = ['--mode', 'global'];
const STACK = `version: "3.8"
services:
  web:
    image: busybox
    command: ["/bin/busybox", "httpd", "-f", "-p", "80", "-h", "/www"]
    ports:
      - { target: 80, published: 8080, mode: host }
    deploy:
      mode: replicated
      replicas: 2
      endpoint_mode: dnsrr
      placement:
        constraints: ["node.labels.site == lab"]
`;
const COMPOSE = `version: "3.8"
services:
  web:
    image: busybox
    command: ["/bin/busybox", "httpd", "-f", "-p", "80", "-h", "/www"]
    ports: ["8081:80"]
`;

describeReal('services of a cluster', () => {
  const cluster = new RealCluster('shop');
  const { berth } = cluster;
  const machines = ['shop-manager-1', 'shop-worker-1', 'shop-ssd'];

  beforeAll(async () => {
    const making = berth.ok('swarm', 'create', 'shop', '--managers', '1', '--workers', '1', ...LABELS, ...NEW_HOST);
    await Promise.all([making, berth.ok('create', ...NEW_HOST, 'shop-ssd')]);
    await berth.ok('swarm', 'join', 'shop', 'shop-ssd', '--label', 'disk=ssd');
    await cluster.putImage(machines, PAYLOADS);
  }, 5 * MINUTES);

  afterAll(() => cluster[Symbol.asyncDispose](), 2 * MINUTES);

  it(
    'reach each other by name from host to host, with payloads of 1400 bytes and 64 KiB',
    async () => {
      const reason = await whyNotEncrypted();
      process.stderr.write(`overlay network: ${reason === undefined ? 'encrypted' : `not encrypted, ${reason}`}\n`);
      const encryption = reason === undefined ? ['--opt', 'encrypted'] : [];
      await cluster.docker('network', 'create', '-d', 'overlay', ...encryption, 'between');
      await cluster.docker(
        'service',
        'create',
        ...DIRECT,
        ...GLOBAL,
        '--network',
        'between',
        '--name',
        'echo',
        ...ECHO,
      );
      await cluster.untilRunning('echo', 3);

      const answers = await Promise.all(
        machines.map(async (machine) => {
          const task = await cluster.taskOn(machine, 'echo');
          return cluster.dockerOn(machine, 'exec', task, '/bin/busybox', 'sh', '-c', ASK_ALL);
        }),
      );

      expect(answers).toEqual(machines.map(() => 'small\nlarge\nsmall\nlarge\n'));
    },
    2 * MINUTES,
  );

  it.each([
    ['site==lab', ['shop-manager-1', 'shop-worker-1']],
    ['disk==ssd', ['shop-ssd']],
  ])(
    'are placed by the label %s',
    async (label, places) => {
      const name = `at-${label.slice(0, 4)}`;
      const where = ['--constraint', `node.labels.${label}`];

      await cluster.docker('service', 'create', ...DIRECT, '--replicas', '4', ...where, '--name', name, ...SERVE);
      await cluster.untilRunning(name, 4);

      const nodes = (await cluster.docker('service', 'ps', '--format', '{{.Node}}', name)).trim().split('\n');
      expect([...new Set(nodes)].sort()).toEqual(places);
    },
    MINUTES,
  );

  it(
    'are what docker stack deploy finds in a file',
    async () => {
      const file = join(berth.home, 'stack.yaml');
      writeFileSync(file, STACK);

      await cluster.docker('stack', 'deploy', '-c', file, 'front');

      await cluster.untilRunning('front_web', 2);
      const answers = await Promise.all(
        ['shop-manager-1', 'shop-worker-1'].map((machine) => payloadFrom(machine, 8080)),
      );
      expect(answers).toEqual([PAYLOADS.small, PAYLOADS.small]);
    },
    MINUTES,
  );

  const compose = composeProgram(berth);
  (compose ? it : it.skip)(
    'stand beside a project that docker compose runs on a manager',
    async () => {
      const file = join(berth.home, 'compose.yaml');
      writeFileSync(file, COMPOSE);
      const env = await berth.pointedAt('shop-manager-1', ['--swarm']);
      const run = (...args: string[]): Promise<Ran> => {
        const [program, ...words] = [...(compose ?? []), '-p', 'local', '-f', file, ...args];
        return finished(spawn(program ?? '', words, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
      };

      expect(await run('up', '-d')).toMatchObject({ code: 0 });

      expect(await payloadFrom('shop-manager-1', 8081)).toEqual(PAYLOADS.small);
      expect(await run('down', '-t', '1')).toMatchObject({ code: 0 });
    },
    MINUTES,
  );

  const payloadFrom = async (machine: string, port: number): Promise<Buffer> => {
    const response = await fetch(`http://${await cluster.addressOf(machine)}:${port}/small`);
    return Buffer.from(await response.arrayBuffer());
  };
});

/** `docker compose`, or the program that it was before; undefined, and a line that says so, where neither is installed. */
function composeProgram({ environment: env }: Berth): readonly string[] | undefined {
  for (const words of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...args] = words;
    if (spawnSync(program, [...args, 'version'], { env }).status === 0) return words;
  }
  process.stderr.write(
    'skipped: docker compose against a cluster: neither the plugin nor docker-compose is installed\n',
  );
  return undefined;
}
