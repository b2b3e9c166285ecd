import { readFile } from 'node:fs/promises';
import { resourceName } from '../../src/cloud/owner.js';
import type { Candidate } from '../../src/cloud/stock.js';
import { userData } from '../../src/cloud/user-data.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Account, AzureMachine } from './handle.js';
import { imageReference, planOf } from './image.js';
import type { Making } from './network.js';
import { tagsOf } from './owner.js';
import type { AzureOptions } from './options.js';
import { at } from './places.js';
import { protectionOf } from './protection.js';
import { ubuntuFor, type Size } from './sizes.js';
import { networkOf, reachOf } from './stored.js';

/** "Maximum length of the binary array is 65535 bytes" (virtualMachine.json, OSProfile.customData). */
const CUSTOM_DATA_LIMIT = 65_535;

/** The first boot's user-data, the user's own in it. @throws MachineError BadOption, CheckFailed */
export async function customDataOf(host: NewHost<AzureOptions>): Promise<string> {
  const { 'custom-data': path, 'ssh-user': user } = host.options;
  const own = path === undefined ? undefined : await readOwn(path);
  return userData({ host, user, limit: CUSTOM_DATA_LIMIT, ...(own === undefined ? {} : { own }) });
}

async function readOwn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('BadOption', `cannot read the file of --azure-custom-data "${path.slice(-50)}"`, { cause });
  }
}

/** The request that makes the machine, for one size and zone. */
export function machineBody(
  { host, resource }: Pick<Making, 'host' | 'resource'>,
  { zone, size, customData }: { readonly zone: Candidate['zone']; readonly size: Size; readonly customData: string },
): object {
  const { options } = host;
  const protection = protectionOf(options);
  return {
    location: resource.location,
    tags: tagsOf({ host }),
    ...(zone === '' ? {} : { zones: [zone] }),
    ...planOf(options.plan),
    ...protection.identity,
    properties: {
      hardwareProfile: { vmSize: size.name },
      storageProfile: {
        imageReference: imageReference(options.image ?? ubuntuFor(size)),
        osDisk: {
          name: resource.disk,
          createOption: 'FromImage',
          caching: 'ReadWrite',
          deleteOption: 'Delete',
          diskSizeGB: options['disk-size'],
          managedDisk: { storageAccountType: options['storage-type'], ...protection.disk },
        },
      },
      osProfile: osProfile(host, customData),
      networkProfile: {
        networkInterfaces: [
          { id: at(resource, 'nic', resource.nic).path, properties: { primary: true, deleteOption: 'Detach' } },
        ],
      },
      // Without an account for them, Azure keeps the console's words itself.
      diagnosticsProfile: { bootDiagnostics: { enabled: true } },
      ...(resource.availabilitySet === ''
        ? {}
        : { availabilitySet: { id: at(resource, 'availabilitySet', resource.availabilitySet).path } }),
      ...protection.properties,
      ...spotPart(options),
    },
  };
}

function osProfile(host: NewHost<AzureOptions>, customData: string): object {
  const user = host.options['ssh-user'];
  return {
    computerName: computerName(host.name),
    adminUsername: user,
    customData: Buffer.from(customData).toString('base64'),
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      ssh: { publicKeys: [{ path: `/home/${user}/.ssh/authorized_keys`, keyData: host.publicKey.trim() }] },
    },
  };
}

/** Azure refuses names of digits alone, and dots and dashes at their end; the host's real name comes with the first boot. */
function computerName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9-]/g, '-').replace(/-+$/, '');
  return /^\d+$/.test(plain) ? `host-${plain}` : plain;
}

/** -1 is: any price up to that of a machine that is not Spot. One that is evicted keeps its disk and can be started again. */
function spotPart(options: AzureOptions): object {
  if (!options.spot) return {};
  const maxPrice = options['spot-max-price'] === undefined ? -1 : Number(options['spot-max-price']);
  return { priority: 'Spot', evictionPolicy: 'Deallocate', billingProfile: { maxPrice } };
}

/** The handle of a machine that is to be made: every name in it follows from the machine's own and its id. */
export function newMachine(host: NewHost<AzureOptions>, account: Account): AzureMachine {
  const { options } = host;
  const vm = resourceName(host);
  // Azure puts neither zones nor Spot into availability sets.
  const isAlone = options['availability-zone'] !== undefined || options.spot;
  return {
    ...account,
    ...{ name: host.name, id: host.id, store: host.store },
    // "West US" is how the portal writes westus.
    location: options.location.toLowerCase().replaceAll(' ', ''),
    group: options['resource-group'],
    ...{ vm, disk: `${vm}-os`, nic: `${vm}-nic` },
    publicIp: options['no-public-ip'] ? '' : `${vm}-ip`,
    ...(options.ipv6 && !options['no-public-ip'] ? { publicIpv6: `${vm}-ip6` } : {}),
    nsg: options.nsg === undefined ? `${vm}-firewall` : '',
    network: networkOf(options),
    availabilitySet: isAlone ? '' : options['availability-set'],
    user: options['ssh-user'],
    reach: reachOf(options),
  };
}
