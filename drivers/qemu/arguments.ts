import { DATA_SERIAL, KERNEL_COMMAND_LINE, READY_PORT, ROOT_SERIAL } from '../../src/os/contract.js';
import type { Accelerator, Architecture, Forward, QemuMachine } from './index.js';
import { FILES, monitorPath, pathsOf } from './place.js';

export interface Boot {
  readonly platform: NodeJS.Platform;
  readonly machine: QemuMachine;
  readonly accel: Accelerator;
  /** Paths of the OS's files. */
  readonly system: SystemFiles;
  /** QEMU ends when the machine boots once more: an OS that gives up is none to try again. */
  readonly onTrial?: true;
  /** Names of fw_cfg entries; each is a file in the machine's folder `seed`, named as the entry's last part is. */
  readonly seed: readonly string[];
  /** A state saved in the disk, to go on from instead of booting. */
  readonly from?: string;
  /** Sockets of virtiofsd, one for each share. */
  readonly shareSockets?: readonly string[];
}

export interface SystemFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** Read only. */
  readonly root: string;
}

/** The program that runs machines of this processor. */
export function qemuProgram(arch: QemuMachine['arch'], platform: NodeJS.Platform): string {
  const name = arch === 'amd64' ? 'qemu-system-x86_64' : 'qemu-system-aarch64';
  return platform === 'win32' ? `${name}.exe` : name;
}

/** QEMU's command line for one boot: no secret stands in it, those lie in files that it names. */
export function qemuArguments(boot: Boot): readonly string[] {
  const { machine, from, system, onTrial } = boot;
  return [
    ...['-name', machine.hostname, '-nodefaults', '-no-user-config', '-display', 'none'],
    ...processor(boot),
    ...['-m', `${machine.memory}M`, '-smp', String(machine.cpus), '-rtc', 'base=utc'],
    ...['-kernel', system.kernel, '-initrd', system.initrd],
    ...['-append', commandLine(boot)],
    ...disks(boot),
    ...network(boot),
    ...['-device', 'virtio-rng-pci'],
    ...channels(boot),
    ...seed(boot),
    ...shares(boot),
    ...(from === undefined ? [] : ['-loadvm', from]),
    ...(onTrial ? ['-action', 'reboot=shutdown'] : []),
    ...['-pidfile', file(boot, 'pid')],
  ];
}

/** The console first; the user network is always the same (QEMU's documentation of -netdev user), so nobody asks for an address. */
function commandLine({ machine, accel }: Boot): string {
  const console = machine.arch === 'amd64' ? 'ttyS0' : 'ttyAMA0';
  return [
    `console=${console}`,
    KERNEL_COMMAND_LINE,
    ...(accel === 'tcg' ? EMULATED[machine.arch] : []),
    ...(machine.network === 'user' ? ['berth.net=10.0.2.15/24,10.0.2.2,10.0.2.3'] : []),
    ...machine.shares.map(({ place }, index) => `berth.mount=share${index}:${place}`),
  ].join(' ');
}

/**
 * What an emulated boot does without: guards against leaks of processors that are not there, tests of the kernel's ciphers,
 * which take half a second (kernel-parameters.txt: cryptomgr.notests), and other addresses for the same program each time, which
 * would have it translated again (the OS turns them on when it has come up). Time comes from a counter that is QEMU's own,
 * instead of a device, and is not held to the rhythm of a busy computer.
 */
const EMULATED: Readonly<Record<Architecture, readonly string[]>> = {
  amd64: ['mitigations=off', 'norandmaps', 'cryptomgr.notests', 'tsc=reliable', 'no_timer_check'],
  arm64: ['mitigations=off', 'norandmaps', 'cryptomgr.notests'],
};

/**
 * WHPX knows no model `host` and has trouble with APICs of its own; the newest model of TCG costs deeper page tables, and its
 * copies of strings go byte by byte.
 */
const AMD64_MODELS: Readonly<Record<Accelerator, string>> = {
  kvm: 'host',
  hvf: 'host',
  whpx: 'qemu64',
  tcg: 'max,la57=off,erms=off',
};

function processor({ machine, accel, shareSockets = [] }: Boot): readonly string[] {
  const shared = shareSockets.length > 0 ? ',memory-backend=memory' : '';
  const type = machine.arch === 'amd64' ? 'q35,vmport=off,smm=off,hpet=off' : 'virt';
  return ['-machine', `${type}${shared}`, ...acceleratorWords(machine.arch, accel)];
}

/** The words that name what runs the processor, and which model it is. */
export function acceleratorWords(arch: Architecture, accel: Accelerator): readonly string[] {
  const model = arch === 'amd64' ? AMD64_MODELS[accel] : accel === 'tcg' ? 'max' : 'host';
  return ['-accel', ACCEL_WORDS[accel] ?? accel, '-cpu', model];
}

const ACCEL_WORDS: Readonly<Partial<Record<Accelerator, string>>> = {
  whpx: 'whpx,kernel-irqchip=off',
  tcg: 'tcg,thread=multi,tb-size=256',
};

function disks(boot: Boot): readonly string[] {
  const stored = (path: string): string => `file.driver=file,file.filename=${escaped(path)}`;
  return [
    ...['-blockdev', `node-name=root,driver=raw,read-only=on,${stored(boot.system.root)}`],
    ...['-device', `virtio-blk-pci,drive=root,serial=${ROOT_SERIAL}`],
    ...['-blockdev', `node-name=disk,driver=qcow2,discard=unmap,detect-zeroes=unmap,${stored(file(boot, 'disk'))}`],
    ...['-device', `virtio-blk-pci,drive=disk,serial=${DATA_SERIAL}`],
  ];
}

function network({ machine }: Boot): readonly string[] {
  const device = ['-device', `virtio-net-pci,netdev=net,mac=${machine.mac},romfile=`];
  const [kind = 'user', name = ''] = machine.network.split(/:(.*)/s);
  if (kind === 'bridge') return ['-netdev', `bridge,id=net,br=${escaped(name)}`, ...device];
  if (kind === 'tap') return ['-netdev', `tap,id=net,ifname=${escaped(name)},script=no,downscript=no`, ...device];
  const forwards = allForwards(machine).map((forward) => `hostfwd=${forwardWords(forward)}`);
  return ['-netdev', ['user', 'id=net', `hostname=${machine.hostname}`, ...forwards].join(','), ...device];
}

/** SSH and the engine, then what the user asked for. */
export function allForwards({ address, sshPort, enginePort, forwards }: QemuMachine): readonly Forward[] {
  return [
    { protocol: 'tcp', address, from: sshPort, to: 22 },
    { protocol: 'tcp', address, from: enginePort, to: enginePort },
    ...forwards,
  ];
}

/** As QEMU writes a forwarded port. */
export function forwardWords({ protocol, address, from, to }: Forward): string {
  return `${protocol}:${address}:${from}-:${to}`;
}

function channels(boot: Boot): readonly string[] {
  const monitor =
    boot.platform === 'win32'
      ? `pipe,id=monitor,path=${escaped(pathsOf('win32').basename(monitorPath(boot.machine.folder, 'win32')))}`
      : `socket,id=monitor,path=${escaped(file(boot, 'monitor'))},server=on,wait=off`;
  return [
    ...['-chardev', monitor, '-mon', 'chardev=monitor,mode=control'],
    ...['-chardev', `file,id=console,path=${escaped(file(boot, 'console'))}`, '-serial', 'chardev:console'],
    ...['-device', 'virtio-serial-pci', '-chardev', `file,id=told,append=on,path=${escaped(file(boot, 'told'))}`],
    ...['-device', `virtserialport,chardev=told,name=${READY_PORT}`],
  ];
}

function seed({ seed: names, machine, platform }: Boot): readonly string[] {
  const paths = pathsOf(platform);
  const path = (name: string): string => paths.join(machine.folder, FILES.seed, paths.basename(name));
  return names.flatMap((name) => ['-fw_cfg', `name=${name},file=${escaped(path(name))}`]);
}

/** What virtiofsd serves has to be seen by it: the machine's memory is shared with it. */
function shares({ machine, platform, shareSockets = [] }: Boot): readonly string[] {
  if (shareSockets.length === 0) return [];
  const backend = platform === 'linux' ? 'memory-backend-memfd' : 'memory-backend-ram';
  return [
    ...['-object', `${backend},id=memory,size=${machine.memory}M,share=on`],
    ...shareSockets.flatMap((socket, index) => [
      ...['-chardev', `socket,id=share${index},path=${escaped(socket)}`],
      ...['-device', `vhost-user-fs-pci,chardev=share${index},tag=share${index}`],
    ]),
  ];
}

function file({ machine, platform }: Boot, name: keyof typeof FILES): string {
  return pathsOf(platform).join(machine.folder, FILES[name]);
}

/** A comma ends a value of QEMU's options unless it is written twice. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,');
}
