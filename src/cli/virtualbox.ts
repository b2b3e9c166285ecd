import type { OptionSpec, OptionTable } from '../driver.js';
import { flagName } from './driver-flags.js';

const size = (env: string, help: string): OptionSpec => ({ kind: 'integer', min: -1, env, help });
const gone = (kind: 'string' | 'boolean', env: string): OptionSpec => ({ kind, env, help: 'without effect' });

/** docker-machine's table of VirtualBox; without defaults, so that only what somebody asks for is seen. */
const options: OptionTable = {
  memory: size('VIRTUALBOX_MEMORY_SIZE', 'memory in MB'),
  'cpu-count': size('VIRTUALBOX_CPU_COUNT', 'processors, -1 for all of this computer'),
  'disk-size': size('VIRTUALBOX_DISK_SIZE', 'size of the disk in MB'),
  'share-folder': { kind: 'string', env: 'VIRTUALBOX_SHARE_FOLDER', help: 'folder to share, as FOLDER:NAME' },
  'boot2docker-url': gone('string', 'VIRTUALBOX_BOOT2DOCKER_URL'),
  'import-boot2docker-vm': gone('string', 'VIRTUALBOX_BOOT2DOCKER_IMPORT_VM'),
  'host-dns-resolver': gone('boolean', 'VIRTUALBOX_HOST_DNS_RESOLVER'),
  'nat-nictype': gone('string', 'VIRTUALBOX_NAT_NICTYPE'),
  'hostonly-cidr': gone('string', 'VIRTUALBOX_HOSTONLY_CIDR'),
  'hostonly-nictype': gone('string', 'VIRTUALBOX_HOSTONLY_NIC_TYPE'),
  'hostonly-nicpromisc': gone('string', 'VIRTUALBOX_HOSTONLY_NIC_PROMISC'),
  'hostonly-no-dhcp': gone('boolean', 'VIRTUALBOX_HOSTONLY_NO_DHCP'),
  'ui-type': gone('string', 'VIRTUALBOX_UI_TYPE'),
  'no-share': gone('boolean', 'VIRTUALBOX_NO_SHARE'),
  'no-dns-proxy': gone('boolean', 'VIRTUALBOX_NO_DNS_PROXY'),
  'no-vtx-check': gone('boolean', 'VIRTUALBOX_NO_VTX_CHECK'),
};

/** The driver that docker-machine took unless told otherwise: its command lines make a machine on this computer still. */
export const virtualbox = { name: 'virtualbox', title: 'VirtualBox, of docker-machine', options };

/** Whether a create by this driver, '' being none named, takes VirtualBox's options. */
export function standsForVirtualbox(driver: string): boolean {
  return ['', 'local', virtualbox.name].includes(driver);
}

interface Given {
  readonly flags: Readonly<Record<string, unknown>>;
  /** Flags that stood on the command line. */
  readonly typed: ReadonlySet<string>;
}

/** The driver that takes VirtualBox's place, with its options made of those of VirtualBox; `said` is what the user should know of it, '' for nothing. */
export function inPlaceOfVirtualbox(
  { flags, typed }: Given,
  spec: { readonly name: string; readonly options: OptionTable },
): Given & { readonly said: string } {
  const given = Object.keys(options).filter((key) => isGiven(flags[flagName(virtualbox, key)]));
  const kept = given.filter((key) => key in spec.options);
  const values = kept
    .filter((key) => !typed.has(flagName(spec, key)))
    .map((key) => [flagName(spec, key), valueFor(spec.options[key], flags[flagName(virtualbox, key)])] as const);
  const vain = given.filter((key) => !kept.includes(key));
  return {
    flags: { ...flags, ...Object.fromEntries(values), driver: spec.name },
    typed: new Set([...typed, ...values.map(([name]) => name)]),
    said: [
      ...(kept.length > 0 ? [`VirtualBox's ${kept.join(', ')} became options of ${spec.name}`] : []),
      ...(vain.length > 0 ? [`without effect there: ${vain.join(', ')}`] : []),
    ].join('; '),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '';
}

/** A list is of folders: FOLDER:NAME was mounted at /NAME. Numbers below the least one ask for all there is. */
function valueFor(option: OptionSpec | undefined, value: unknown): unknown {
  if (option?.kind === 'list') return [String(value).replace(/:(?!.*[:/\\])/, ':/')];
  return option?.kind === 'integer' ? Math.max(Number(value), option.min ?? 0) : value;
}
