import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { median, table } from './table.js';

const RUN = join(import.meta.dirname, '../bin/run.js');
const MEMORY = '768';
/** Of an emulated Debian on a busy computer. In milliseconds. */
const BOOT_WITHIN_MS = 600_000;
const HEADER = ['guest', 'sshd s', 'engine s', 'qemu s', 'kernel s', 'first process to sshd s', 'sshd to engine s'];

/**
 * Boots of virtual machines from the start of QEMU: berth's OS with an engine that answers by TLS, beside a plain Debian with systemd
 * and the same engine. Both are booted by their kernels, with the same processor, memory and devices, one at a time.
 */
export async function guests({ rounds }) {
  if (process.platform !== 'linux' || process.getuid() !== 0) return '\nguests: not measured, it needs root on Linux\n';
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  try {
    const ours = await ownGuest(folder);
    const debian = await debianGuest(folder, ours);
    const guests = [
      ["berth's OS", ours],
      ['Debian', debian],
    ];
    const results = new Map(guests.map(([name]) => [name, []]));
    // What only a first boot does is done before.
    await measure(debian);
    for (let round = 0; round < rounds; round += 1)
      for (const [name, guest] of guests) results.get(name).push(await measure(guest));
    ours.remove();
    const rows = guests.map(([name]) => [name, ...columns(results.get(name))]);
    return table(`boots of virtual machines, ${ours.accelerator}, median of ${rounds}`, [HEADER, ...rows]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function columns(results) {
  const middle = (value) => (median(results.map(value)) / 1000).toFixed(1);
  return [
    middle(({ sshd }) => sshd),
    middle(({ engine }) => engine),
    middle(({ qemu }) => qemu),
    middle(({ kernel }) => kernel),
    middle(({ sshd, qemu, kernel }) => sshd - qemu - kernel),
    middle(({ engine, sshd }) => engine - sshd),
  ];
}

/** A machine that berth has made, stopped, and the words that QEMU was called with for it. */
async function ownGuest(folder) {
  const env = { ...process.env, HOME: folder, MACHINE_STORAGE_PATH: join(folder, 'store') };
  const berth = (...words) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, ...words], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`berth ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  const sized = ['--qemu-memory', MEMORY, '--qemu-cpu-count', '2', '--qemu-disk-size', '3000'];
  berth('create', '-d', 'qemu', ...sized, 'bench');
  const { Driver } = JSON.parse(berth('inspect', 'bench'));
  const { folder: place, address, sshPort, enginePort } = Driver.Machine;
  const pid = readFileSync(join(place, 'qemu.pid'), 'utf8').trim();
  const [program, ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  berth('stop', 'bench');
  const key = join(env.MACHINE_STORAGE_PATH, 'machines/bench/id_rsa');
  const accelerator = words[words.indexOf('-accel') + 1].replace(/,.*/, '');
  return {
    ...{ program, words, address, sshPort, enginePort, key, accelerator, user: 'docker', speaks: saysHello },
    remove: () => berth('rm', '-y', '-f', 'bench'),
  };
}

const SETTINGS = `set -e
printf '[Match]\\nName=e*\\n[Network]\\nDHCP=yes\\n' >"$1/etc/systemd/network/10-net.network"
chroot "$1" systemctl enable systemd-networkd >/dev/null 2>&1
mkdir -p "$1/etc/systemd/system/docker.service.d" "$1/root/.ssh"
printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2375\\n' \\
  >"$1/etc/systemd/system/docker.service.d/bench.conf"
echo bench >"$1/etc/hostname"
cat "$BENCH_KEY" >"$1/root/.ssh/authorized_keys"`;
const PACKAGES =
  'systemd-sysv,udev,dbus,linux-image-cloud-amd64,initramfs-tools,openssh-server,docker.io,iproute2,iptables';

/** A Debian of this computer's own archives, on a disk of its own, in a QEMU with the other guest's words. */
async function debianGuest(folder, ours) {
  const { localDebian } = await import('../dist/src/apt-sources.js');
  const { sources, suite } = await localDebian();
  const [root, disk, hook] = ['debian', 'debian.img', 'hook'].map((name) => join(folder, name));
  writeFileSync(hook, `#!/bin/sh\n${SETTINGS}\n`, { mode: 0o755 });
  writeFileSync(`${disk}.pub`, execute('ssh-keygen', '-y', '-f', ours.key));
  process.env.BENCH_KEY = `${disk}.pub`;
  const wish = [`--include=${PACKAGES}`, `--customize-hook=${hook} "$1"`, suite, root];
  execute('mmdebstrap', '--quiet', '--mode=root', '--variant=apt', ...wish, ...sources.map(({ path }) => path));
  execute('truncate', '-s', '3G', disk);
  execute('mkfs.ext4', '-q', '-d', root, disk);
  const [kernel, initrd] = ['vmlinuz', 'initrd'].map((start) => {
    const name = readdirSync(join(root, 'boot')).find((one) => one.startsWith(start));
    copyFileSync(join(root, 'boot', name), join(folder, start));
    return join(folder, start);
  });
  rmSync(root, { recursive: true, force: true });
  const kept = (option) => ours.words.flatMap((word, at) => (word === option ? [word, ours.words[at + 1]] : []));
  const forwards = [`${ours.sshPort}-:22`, `${ours.enginePort}-:2375`].map(
    (ports) => `hostfwd=tcp:${ours.address}:${ports}`,
  );
  const words = [
    ...['-machine', '-accel', '-cpu', '-m', '-smp'].flatMap(kept),
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-kernel', kernel, '-initrd', initrd],
    ...['-append', 'root=/dev/vda rw quiet console=ttyS0', '-serial', `file:${join(folder, 'console')}`],
    ...['-drive', `file=${disk},format=raw,if=virtio`, '-netdev', `user,id=net,${forwards.join(',')}`],
    ...['-device', 'virtio-net-pci,netdev=net,romfile=', '-device', 'virtio-rng-pci'],
  ];
  return { ...ours, words, user: 'root', speaks: answersPing };
}

function execute(program, ...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

/** Milliseconds from QEMU's start until sshd and the engine answer, and the kernel's share of them. */
async function measure(guest) {
  const began = performance.now();
  const child = spawn(guest.program, guest.words, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const [sshd, engine] = await Promise.all([
    until(() => banner(guest), began),
    until(() => guest.speaks(guest), began),
  ]);
  const kernel =
    Number(
      ask(
        guest,
        "(sudo dmesg 2>/dev/null || dmesg) | sed -n 's/^\\[ *\\([0-9.]*\\)\\] Run .* as init process.*/\\1/p' | head -n 1",
      ),
    ) * 1000;
  // The kernel's clock began when QEMU and its firmware were done.
  const up = Number(ask(guest, 'cut -d " " -f 1 /proc/uptime')) * 1000;
  const qemu = Math.max(0, performance.now() - began - up);
  ask(guest, 'sudo poweroff || poweroff');
  await ended;
  return { sshd, engine, kernel, qemu };
}

function ask({ key, user, address, sshPort }, command) {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((one) => [
    '-o',
    one,
  ]);
  const words = [...options, '-i', key, '-p', String(sshPort), `${user}@${address}`, command];
  return spawnSync('ssh', words, { encoding: 'utf8' }).stdout.trim();
}

async function until(isThere, began) {
  while (performance.now() - began < BOOT_WITHIN_MS) {
    if (await isThere()) return performance.now() - began;
    await pause(100);
  }
  throw new Error('a guest does not come up');
}

/** QEMU itself takes connections before the guest does: only what comes over them counts. */
function heard(socket, begin, isIt) {
  return new Promise((resolve) => {
    const end = (result) => void (socket.destroy(), resolve(result));
    begin(() => end(true));
    socket
      .setTimeout(10_000, () => end(false))
      .on('error', () => end(false))
      .on('close', () => end(false));
    socket.on('data', (part) => end(isIt(part.toString())));
  });
}

const nothing = () => {};

function banner({ address, sshPort }) {
  return heard(connect(sshPort, address), nothing, (text) => text.startsWith('SSH-'));
}

function answersPing({ address, enginePort }) {
  const socket = connect(enginePort, address);
  socket.on('connect', () => socket.write('GET /_ping HTTP/1.0\r\n\r\n'));
  return heard(socket, nothing, (text) => text.includes('200 OK'));
}

function saysHello({ address, enginePort }) {
  const socket = connectTls({ port: enginePort, host: address, rejectUnauthorized: false });
  return heard(
    socket,
    (done) => socket.on('secureConnect', done),
    () => true,
  );
}
