import { MachineError } from '../../src/errors.js';
import type { AzureOptions } from './options.js';

/** Members of a machine's body beside its properties, and of its properties (virtualMachine.json of Microsoft.Compute). */
export interface Protection {
  readonly identity: object;
  readonly properties: object;
  readonly disk: object;
}

/** Who the machine is for other services of Azure, and under whose keys its disk is. @throws MachineError BadOption */
export function protectionOf(options: AzureOptions): Protection {
  const { 'disk-encryption-set': set, 'encryption-at-host': isAtHost, identity } = options;
  if (set !== undefined) checkId(set, 'disk-encryption-set');
  const named = identity.filter((one) => one !== SYSTEM);
  for (const id of named) checkId(id, 'identity');
  return {
    identity: identity.length === 0 ? {} : { identity: identityOf(named, identity.includes(SYSTEM)) },
    properties: isAtHost ? { securityProfile: { encryptionAtHost: true } } : {},
    disk: set === undefined ? {} : { diskEncryptionSet: { id: set } },
  };
}

const SYSTEM = 'system';

function identityOf(named: readonly string[], hasOwn: boolean): object {
  const types = [...(hasOwn ? ['SystemAssigned'] : []), ...(named.length > 0 ? ['UserAssigned'] : [])];
  return {
    type: types.join(', '),
    ...(named.length > 0 ? { userAssignedIdentities: Object.fromEntries(named.map((id) => [id, {}])) } : {}),
  };
}

function checkId(id: string, option: string): void {
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/.+/i.test(id)) return;
  throw new MachineError('BadOption', `option --azure-${option} wants a resource's id, got "${id.slice(0, 30)}"`, {
    suggestions: ['Ids begin with /subscriptions/: az resource list --query "[].id" -o tsv'],
  });
}
