import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's engine at work with its own settings: what berth finds on a ready host. */
const RESET = `set -e
rm -rf /etc/docker/* /etc/systemd/system/docker.service.d
systemctl daemon-reload
systemctl reset-failed docker.service docker.socket
systemctl restart docker.service`;
/** A log that tells each session. sshd is away for a moment when it reads its settings again. */
const LOG_SESSIONS = `echo 'LogLevel VERBOSE' >/etc/ssh/sshd_config.d/bench.conf
systemctl restart ssh.service`;
/** dockerd's unit says when it is ready, so this is the whole restart. */
const RESTART = `systemctl reset-failed docker.service
began=$(date +%s%N); systemctl restart docker.service; echo $((($(date +%s%N) - began) / 1000000))`;
const COUNT = `journalctl -q -o cat -t sshd -t sshd-session | awk '
/^Accepted publickey / { logins += 1 } /^Starting session: / { sessions += 1 } END { print logins + 0, sessions + 0 }'`;

/** Boots servers that berth has never provisioned, each with Debian's own engine, by the driver alone. */
export async function bootHosts(count) {
  const { findDriver } = await import('../dist/drivers/index.js');
  const { generateKeyPair } = await import('../dist/src/host/keys.js');
  const { silentReporter } = await import('../dist/src/reporter.js');
  const driver = await findDriver('nspawn').load();
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const login = generateKeyPair('bench');
  const keyPath = join(folder, 'id_ed25519');
  writeFileSync(keyPath, login.privateKey, { mode: 0o600 });
  const context = { report: silentReporter, signal: new AbortController().signal, secrets: {}, keep: async () => {} };
  const hosts = [];
  const remove = async () => {
    for (const { resource } of hosts) await driver.remove(resource, context);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (let number = 1; number <= count; number += 1) {
      hosts.push(
        await bootHost(`bench-${number}`, { driver, login, keyPath, context, hostKey: generateKeyPair('bench') }),
      );
    }
    return { hosts, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function bootHost(name, { driver, login, keyPath, context, hostKey }) {
  const id = randomBytes(8).toString('hex');
  const options = {
    memory: 0,
    'cpu-count': 0,
    'disk-size': 20_000,
    packages: ['docker.io'],
    subnet: '172.30.111.0/24',
  };
  const wish = { name, id, options, publicKey: login.publicKey, hostKey };
  await driver.check(wish, context);
  const resource = await driver.create(wish, context);
  const { host: address } = await driver.target(resource, context);
  const host = { name, address, keyPath, resource, sh: (script) => overSsh(address, keyPath, script) };
  await untilUp(host);
  await host.sh(LOG_SESSIONS);
  await untilUp(host);
  return host;
}

export const reset = (host) => host.sh(RESET);
export const restartMs = async (host) => Number(await host.sh(RESTART));

/** How many logins and sessions sshd has seen since this call; asking is one of each. */
export async function counter(host) {
  const before = await counts(host);
  return async () => {
    const after = await counts(host);
    return { logins: after[0] - before[0] - 1, sessions: after[1] - before[1] - 1 };
  };
}

async function counts(host) {
  return (await host.sh(COUNT)).trim().split(' ').map(Number);
}

async function untilUp(host) {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const state = await host.sh('systemctl is-system-running --wait || true').catch(() => '');
    if (/running|degraded/.test(state)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${host.name} did not come up`);
}

function overSsh(address, keyPath, script) {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'ConnectTimeout=5'];
  const words = [...options.flatMap((option) => ['-o', option]), '-i', keyPath, `root@${address}`, 'sh -s'];
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', words, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part) => (stdout += part));
    child.stderr.on('data', (part) => (stderr += part));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(stdout) : reject(new Error(`${address}: ${stdout}${stderr}`))));
    // Where nothing answers yet ssh ends before it has read all of it, and its exit code says so.
    child.stdin.on('error', () => {});
    child.stdin.end(script);
  });
}
