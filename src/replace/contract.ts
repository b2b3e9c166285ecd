import type { Host } from '../host/host.js';
import type { Image } from '../os/contract.js';
import type { Facts } from '../provision/contract.js';
import type { Reporter } from '../reporter.js';

/** What is known of a server whose system shall be replaced. Unknown is undefined, never a guess. */
export interface ServerFacts {
  readonly os: Facts['os'];
  /** As `uname -m` has it. */
  readonly arch: string;
  readonly hostname: string;
  /** Another one after every boot. */
  readonly bootId: string;
  /** The kind of container that the server is. */
  readonly container?: string;
  readonly memoryMib: number;
  readonly availableMib: number;
  readonly firmware: string;
  /** Its kernel can load another one. */
  readonly hasKexec: boolean;
  /** And is forbidden to, until it boots again. */
  readonly isKexecDisabled: boolean;
  /** What the kernel refuses even root: 'none' or '', 'integrity', 'confidentiality'. */
  readonly lockdown: string;
  /** Of `squashfs` and `loop`, what its kernel does not have. */
  readonly lacks: readonly string[];
  readonly commandLine: string;
  /** Kernel's names of the disks that its system lies on. */
  readonly rootDisks: readonly string[];
  readonly disks: readonly ServerDisk[];
  readonly mounted: readonly { readonly disk: string; readonly usedMib: number; readonly path: string }[];
  readonly network: ServerNetwork;
  /** Lines of authorized_keys of whoever logs in. */
  readonly authorizedKeys: string;
  /** Type and base64 of each. */
  readonly hostKeys: readonly string[];
  readonly user: string;
  /** sshd's port on the server itself. */
  readonly sshPort: number;
  /** Why the user cannot become root; undefined where that goes. */
  readonly sudoWords?: string;
  /** Of an engine on it. */
  readonly containers: number;
  readonly volumes: number;
}

export interface ServerDisk {
  readonly name: string;
  readonly mib: number;
  /** Tells it from the others in any kernel. */
  readonly key: string;
  readonly model: string;
}

/** What lies behind the default route. */
export interface ServerNetwork {
  readonly link?: string;
  /** The plain network card below the link, and its address. */
  readonly card?: string;
  readonly mac?: string;
  readonly ipv4: Addresses;
  readonly ipv6: Addresses;
  readonly nameservers: readonly string[];
}

export interface Addresses {
  /** With their prefixes; `dynamic` ones came from DHCP or a router. */
  readonly addresses: readonly { readonly address: string; readonly dynamic: boolean }[];
  readonly gateway?: string;
}

export interface ReplaceWish {
  /** As it stands in messages. */
  readonly name: string;
  readonly image: Image;
  /** The disk to erase; undefined is the one that the system lies on. */
  readonly disk?: string;
  /** TCP port that its engine will have. */
  readonly enginePort: number;
  /** The machine's own login key, where there is one. */
  readonly publicKey?: string;
  /** Base64 of the host keys that are known as the server's. */
  readonly knownKeys: readonly string[];
}

/** All that will be done to a server, decided before anything of it is. */
export interface Replacement {
  readonly wish: ReplaceWish;
  readonly facts: ServerFacts;
  readonly disk: ServerDisk;
  /** Lines of the seed `network` (src/os/contract.ts). */
  readonly network: readonly string[];
  readonly authorizedKeys: string;
  readonly commandLine: string;
}

export interface ReplaceContext {
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** What src/lifecycle needs of this folder, loaded when it is first asked for. */
export interface ReplaceTools {
  /** The image a server of this kind gets. @throws MachineError CheckFailed */
  imageFor(arch: string, wish: string | undefined, cacheFolder: string): Promise<Image>;
  /** Changes nothing. @throws MachineError UnsupportedHost */
  lookAtServer(host: Host, name: string, signal: AbortSignal): Promise<ServerFacts>;
  /** @throws MachineError UnsupportedHost, ProvisionFailed, BadOption for what cannot be done */
  planReplacement(facts: ServerFacts, wish: ReplaceWish): Replacement;
  /** What happens, for people: what is lost first. */
  describeReplacement(replacement: Replacement): readonly string[];
  /** Puts the OS into the server's memory and starts it. Until it starts, the server is as it was when this fails. */
  replaceSystem(host: Host, replacement: Replacement, context: ReplaceContext): Promise<void>;
}
