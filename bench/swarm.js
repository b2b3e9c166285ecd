import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootHosts } from './hosts.js';
import { median, table, timed } from './table.js';

const RUN = join(import.meta.dirname, '../bin/run.js');
const CLUSTERS = [
  { managers: 1, workers: 0 },
  { managers: 3, workers: 0 },
  { managers: 3, workers: 3 },
];
const MOST = Math.max(...CLUSTERS.map(({ managers, workers }) => managers + workers));
const HEADER = [
  'hosts',
  'managers',
  'berth s',
  'loop s',
  'loop, joins at once s',
  'berth above loop s',
  'spread of berth s',
];

/**
 * What articles print: addresses of managers, then of workers. KEY is the login's, AT_ONCE joins them beside each other. It makes no
 * firewall, looks at no MTU, probes no port and leaves the tokens as they were when they went over the command line.
 */
const LOOP = `set -eu
on() { ssh -i "$KEY" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "root@$1" "$2"; }
first=$1
on "$first" "docker swarm init --advertise-addr $first"
manager=$(on "$first" 'docker swarm join-token -q manager')
worker=$(on "$first" 'docker swarm join-token -q worker')
number=0
pids=
for host; do
  number=$((number + 1))
  [ "$number" -gt 1 ] || continue
  token=$worker
  [ "$number" -gt "$MANAGERS" ] || token=$manager
  on "$host" "docker swarm join --token $token $first:2377" &
  if [ -z "$AT_ONCE" ]; then wait $!; else pids="$pids $!"; fi
done
for pid in $pids; do wait "$pid"; done
until [ "$(on "$first" 'docker node ls --format {{.Status}}' | grep -c Ready)" = $# ]; do sleep 0.1; done
`;

/** `swarm create` over machines whose engines are ready, beside a loop of ssh and docker that does the least of it. */
export async function swarm({ rounds }) {
  if (process.platform !== 'linux' || process.getuid() !== 0) return '\nswarm: not measured, it needs root on Linux\n';
  const { hosts, remove } = await bootHosts(MOST);
  const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  try {
    const berth = berthIn(home);
    for (const { name, address, keyPath } of hosts)
      await berth('create', '-d', 'generic', '--generic-ip-address', address, '--generic-ssh-key', keyPath, name);
    const rows = [];
    for (const cluster of CLUSTERS) rows.push(await measure(cluster, { hosts, berth, rounds }));
    return table(`swarm create over ready hosts, median of ${rounds}`, [HEADER, ...rows]);
  } finally {
    rmSync(home, { recursive: true, force: true });
    await remove();
  }
}

/** In turn, so that a slow moment of the computer hits all of them. */
async function measure({ managers, workers }, { hosts, berth, rounds }) {
  const members = hosts.slice(0, managers + workers);
  const named = members.flatMap(({ name }, index) => [index < managers ? '--manager' : '--worker', name]);
  const [ours, loop, atOnce] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await berth('swarm', 'create', 'bench', ...named));
    await berth('swarm', 'rm', '-y', 'bench');
    loop.push(await shellLoop(members, { managers, atOnce: '' }));
    await leave(members);
    atOnce.push(await shellLoop(members, { managers, atOnce: 'yes' }));
    await leave(members);
  }
  return [
    members.length,
    managers,
    ...[ours, loop, atOnce].map((times) => seconds(median(times))),
    seconds(median(ours) - median(loop)),
    `${seconds(Math.min(...ours))} to ${seconds(Math.max(...ours))}`,
  ];
}

function berthIn(home) {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    MACHINE_STORAGE_PATH: join(home, 'store'),
    DOCKER_CONFIG: join(home, 'docker'),
  };
  return async (...args) => {
    const { ms, code, output } = await timed(process.execPath, [RUN, ...args], env);
    if (code !== 0) throw new Error(`berth ${args.join(' ')} exited with ${code}\n${output}`);
    return ms;
  };
}

async function shellLoop(members, { managers, atOnce }) {
  const env = { PATH: process.env.PATH, KEY: members[0].keyPath, MANAGERS: String(managers), AT_ONCE: atOnce };
  const addresses = members.map(({ address }) => address);
  const { ms, code, output } = await timed('bash', ['-c', LOOP, 'loop', ...addresses], env);
  if (code !== 0) throw new Error(`the loop exited with ${code}\n${output}`);
  return ms;
}

async function leave(members) {
  await Promise.all(members.map(({ sh }) => sh('docker swarm leave --force')));
}

function seconds(ms) {
  return (ms / 1000).toFixed(2);
}
