/**
 * The minimal container host OS, as whoever boots it meets it.
 *
 * **Files** of an image's folder: `kernel` (bzImage, or Image on arm64), `initramfs`, `root.squashfs`, `manifest.json`
 * (checksums of the others; see Manifest) and `manifest.sig` (ed25519, base64, over the manifest's bytes); LOADER, the boot
 * loader of a disk; DISK where the build was asked for one.
 *
 * **Devices**: virtio over PCI or MMIO (microvm). Block devices are told apart by their serial numbers, never by their order:
 * ROOT_SERIAL is root.squashfs itself, raw and read-only; DATA_SERIAL is the raw data disk, read-write, at least 1 GiB, zeros
 * when it is new. The OS formats it (ext4) only while its first MiB is zeros, and grows the file system at every boot to the
 * disk's size. All that lasts lies on it: /etc, /home, /root, /var, the engine's data. Everything else forgets at power off.
 * A virtio-serial port named READY_PORT; virtio-net; virtio-rng; virtiofs where folders are shared.
 *
 * **Disk** that boots by itself, by BIOS and by UEFI (Secure Boot too: Debian's signed shim, GRUB and kernel): GPT with sectors of
 * 512 bytes, PARTITIONS in this order, told apart by their names:
 * 1. `berth-bios`, sectors 2048 to 4095, BIOS boot: LOADER's core.img, which knows that it lies at sector 2048. LOADER's boot.img
 *    is the first 440 bytes of the disk (the rest of sector 0 is GPT's protective MBR).
 * 2. `berth-system`, sectors 4096 to 1052671, EFI system partition, FAT32: LOADER's folder EFI, and /berth with `kernel`,
 *    `initramfs`, `root.squashfs` and `seed/`. Running systems have it at /media/boot, read-only, for root alone.
 * 3. `berth-data`, from sector 1052672 to the disk's end, Linux data: zeros when it is new; it is what the data disk is above.
 *    The first process moves GPT's second header to the disk's end, and grows this partition, whenever the disk has grown.
 * `berth os disk` writes such a disk to a file. `/usr/lib/berth/lay-out DEVICE FOLDER` in root.squashfs makes one of a whole
 * device that nothing uses: FOLDER has `kernel`, `initramfs`, `root.squashfs`, `loader.tar.gz` and perhaps `seed/`.
 * Systems of system/ on the data partition (see initramfs.sh) come before the one of `berth-system`, which stays to go back to.
 *
 * **Kernel command line**: KERNEL_COMMAND_LINE, and before it `console=ttyS0` (ttyAMA0 on arm64) where somebody reads the
 * console, `quiet` otherwise. On microvm without ACPI also `qemu_fw_cfg.…` as QEMU's documentation has it. Options of ours:
 * `berth.net=[MAC=]ADDRESS/PREFIX,GATEWAY[,NAMESERVER…]` instead of DHCP (saves most of a second), once more for IPv6 or
 * another link, `berth.net=MAC=dhcp` to choose the link; `berth.mount=TAG:PATH`, any number of times, mounts a shared folder
 * (virtiofs: Debian's cloud kernel has no 9p).
 *
 * **Seeds** (fw_cfg, one file each, SEEDS): read at every boot; the host key and the login key go in as they are then, the host
 * name only at the first boot (provisioning may set another later). Give secrets as `file=`, never as `string=`.
 * On a disk they are files of /berth/seed on `berth-system`, named as the entry's last part is. These are taken over when they are
 * new or were changed, so that what somebody does to the system lasts. `network` has what `berth.net=` has, a line each.
 *
 * **Login**: user `docker` (uid 1000, sudo without a password, member of group docker) and `root`, by that key only. sshd is
 * OpenSSH on port 22: exec, sftp, direct-tcpip, direct-streamlocal. os-release says `ID=berth`; services answer to
 * rc-service and rc-update as OpenRC's do. The engine does not start before provisioning has written its settings; from
 * then on it starts with the system.
 *
 * **Readiness**: the OS writes lines to READY_PORT, READY_SSHD first (sshd listens) and READY_ENGINE when the engine answers on
 * its socket (never before it was provisioned). READY_FAILED and a reason tell of a boot that cannot be completed.
 * QEMU's `server=on,wait=off` socket keeps no lines for a client that comes later: connect before the guest runs.
 *
 * **Power**: ACPI's power button (`system_powerdown`, also on microvm with acpi=on) ends containers and services in order,
 * within STOP_WITHIN_SECONDS. A reboot is a reset: QEMU stays, unless it was told `-no-reboot`.
 */
export const ROOT_SERIAL = 'berth-root';
export const DATA_SERIAL = 'berth-data';

/** `panic`: a kernel that gives up starts again, and so falls back to the system before it. */
export const KERNEL_COMMAND_LINE = 'panic=5 loglevel=4';

/** Names of fw_cfg entries. Only `authorizedKeys` has to be there. */
export const SEEDS = {
  /** Lines for authorized_keys. */
  authorizedKeys: 'opt/berth/authorized_keys',
  /** The host's private ed25519 key in OpenSSH's form. Without it the OS makes one at the first boot. */
  hostKey: 'opt/berth/ssh_host_ed25519_key',
  hostName: 'opt/berth/hostname',
  /** Addresses instead of DHCP, as `berth.net=` has them. */
  network: 'opt/berth/network',
} as const;

/** Of a disk that boots by itself; the names of its partitions. */
export const PARTITIONS = ['berth-bios', 'berth-system', 'berth-data'] as const;

export const READY_PORT = 'org.berth.ready';
export const READY_SSHD = 'berth ready sshd';
export const READY_ENGINE = 'berth ready engine';
export const READY_FAILED = 'berth failed';

export const LOGIN_USER = 'docker';

export const STOP_WITHIN_SECONDS = 30;

export type Arch = 'amd64' | 'arm64';

/** Names of an image's files in its folder. */
export const IMAGE_FILES = ['kernel', 'initramfs', 'root.squashfs'] as const;
/** Of a disk that boots by itself: boot.img and core.img for BIOS (amd64 alone), and the folder EFI. */
export const LOADER = 'loader.tar.gz';
/** A raw disk that boots by itself, without seeds. */
export const DISK = 'disk.img';
/** Files that not every image has. */
export const FURTHER_FILES = [LOADER, DISK] as const;
export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';

export interface FileFacts {
  readonly sha256: string;
  readonly bytes: number;
}

/** What manifest.json holds; the same for the same inputs, so it tells no time of building. */
export interface Manifest {
  readonly format: 1;
  /** The image's name, and its folder's: `debian12-amd64-` and the first digits of what its inputs hash to. */
  readonly name: string;
  readonly arch: Arch;
  /** The kernel's release as `uname -r` has it. */
  readonly kernel: string;
  /** `docker --version`'s number of the engine inside. */
  readonly engine: string;
  /** SOURCE_DATE_EPOCH of the build: the newest file of all packages. */
  readonly epoch: number;
  readonly files: Readonly<Record<(typeof IMAGE_FILES)[number], FileFacts>> &
    Readonly<Partial<Record<(typeof FURTHER_FILES)[number], FileFacts>>>;
  /** Debian packages that went in, with their versions, and the checksum of the recipe. */
  readonly inputs: {
    readonly suite: string;
    readonly packages: Readonly<Record<string, string>>;
    readonly recipe: string;
  };
}

/** An image that is here. */
export interface Image {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Milliseconds since the epoch when it came here. */
  readonly addedAt: number;
}
