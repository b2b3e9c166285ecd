import { parsePort } from '../../src/cloud/ports.js';
import { MachineError } from '../../src/errors.js';
import type { Reporter } from '../../src/reporter.js';
import { imageReference, planOf } from './image.js';
import { checkPrefix } from './ipv6.js';
import type { AzureOptions } from './options.js';
import { protectionOf } from './protection.js';

/** "Disallowed values" of OSProfile.adminUsername (virtualMachine.json). */
const FORBIDDEN_USERS = new Set(
  (
    '1 123 a actuser adm admin admin1 admin2 administrator aspnet backup console david guest john owner root server sql ' +
    'support support_388945a0 sys test test1 test2 test3 user user1 user2 user3 user4 user5'
  ).split(' '),
);
/** Types of managed disks that a system can be on (disk.json, DiskStorageAccountTypes). */
const DISK_TYPES = ['Standard_LRS', 'StandardSSD_LRS', 'StandardSSD_ZRS', 'Premium_LRS', 'Premium_ZRS'];

/** What the options alone show to be wrong, or to mean nothing any more. @throws MachineError BadOption */
export function checkOptions(options: AzureOptions, report: Reporter): void {
  for (const port of options['open-port']) parsePort(port, 'azure-open-port');
  if (options.image !== undefined) imageReference(options.image);
  planOf(options.plan);
  checkUser(options['ssh-user']);
  checkDisk(options['storage-type']);
  protectionOf(options);
  checkAddresses(options);
  checkPrefix(options);
  checkSpot(options);
  const retired = (['managed-disks', 'enable-public-ip-standard-sku', 'static-public-ip'] as const).filter(
    (key) => options[key],
  );
  if (retired.length > 0)
    report.warn(
      `${retired.map((key) => `--azure-${key}`).join(', ')}: disks are always managed and addresses Standard and static now`,
    );
}

function checkUser(user: string): void {
  if (FORBIDDEN_USERS.has(user.toLowerCase()) || !/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
    throw new MachineError('BadOption', `Azure allows no user "${user.slice(0, 32)}" (--azure-ssh-user)`, {
      suggestions: ['Use docker-user, the default'],
    });
}

function checkDisk(type: string): void {
  if (DISK_TYPES.includes(type)) return;
  throw new MachineError('BadOption', `option --azure-storage-type knows no managed disk "${type.slice(0, 30)}"`, {
    suggestions: [`Use one of ${DISK_TYPES.join(', ')}: accounts for disks ended in 2026`],
  });
}

function checkAddresses(options: AzureOptions): void {
  if (options['no-public-ip'] && options['static-public-ip'])
    throw new MachineError('BadOption', 'options --azure-no-public-ip and --azure-static-public-ip exclude each other');
  if (options['no-public-ip'] && options.dns !== undefined)
    throw new MachineError(
      'BadOption',
      'option --azure-dns names a public address, which --azure-no-public-ip leaves out',
    );
  if (options.dns !== undefined && !/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/.test(options.dns))
    throw new MachineError(
      'BadOption',
      `option --azure-dns wants 3 to 63 of a-z, 0-9 and "-", got "${options.dns.slice(0, 30)}"`,
    );
  const zone = options['availability-zone'] ?? '1';
  if (!/^\s*[1-9](\s*,\s*[1-9])*\s*$/.test(zone))
    throw new MachineError('BadOption', `option --azure-availability-zone wants 1, 2 or 3, got "${zone.slice(0, 30)}"`);
}

function checkSpot(options: AzureOptions): void {
  const price = options['spot-max-price'];
  if (price === undefined) return;
  if (!options.spot)
    throw new MachineError('BadOption', 'option --azure-spot-max-price means nothing without --azure-spot');
  if (!/^(-1|\d+(\.\d{1,5})?)$/.test(price) || Number(price) === 0)
    throw new MachineError(
      'BadOption',
      `option --azure-spot-max-price wants dollars an hour, got "${price.slice(0, 20)}"`,
    );
}
