/*
 * Members of the requests that this stand-in takes, with their types, after the definitions in
 * github.com/Azure/azure-rest-api-specs, below specification/:
 *   compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/virtualMachine.json (VirtualMachine),
 *   …/availabilitySet.json (AvailabilitySet),
 *   network/resource-manager/Microsoft.Network/stable/2024-05-01/networkInterface.json (NetworkInterface),
 *   …/networkSecurityGroup.json (NetworkSecurityGroup, SecurityRule), …/publicIpAddress.json (PublicIPAddress),
 *   …/virtualNetwork.json (VirtualNetwork, Subnet),
 *   resources/resource-manager/Microsoft.Resources/stable/2021-04-01/resources.json (ResourceGroup).
 */
export type Shape =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'map'
  | 'names'
  | { readonly choices: readonly string[] }
  | { readonly list: Shape }
  | { readonly members: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

const members = (of: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape => ({
  members: of,
  required,
});
const list = (of: Shape): Shape => ({ list: of });
const choices = (...of: readonly string[]): Shape => ({ choices: of });
const reference = members({ id: 'string' }, 'id');

const securityRule = members(
  {
    access: choices('Allow', 'Deny'),
    description: 'string',
    destinationAddressPrefix: 'string',
    destinationAddressPrefixes: list('string'),
    destinationPortRange: 'string',
    destinationPortRanges: list('string'),
    direction: choices('Inbound', 'Outbound'),
    priority: 'integer',
    protocol: choices('Tcp', 'Udp', 'Icmp', 'Esp', '*', 'Ah'),
    sourceAddressPrefix: 'string',
    sourceAddressPrefixes: list('string'),
    sourcePortRange: 'string',
    sourcePortRanges: list('string'),
  },
  'access',
  'direction',
  'priority',
  'protocol',
);
const subnet = members({ addressPrefix: 'string', addressPrefixes: list('string') });

const virtualMachine = members({
  availabilitySet: reference,
  billingProfile: members({ maxPrice: 'number' }),
  diagnosticsProfile: members({ bootDiagnostics: members({ enabled: 'boolean', storageUri: 'string' }) }),
  evictionPolicy: choices('Deallocate', 'Delete'),
  hardwareProfile: members({ vmSize: 'string' }),
  networkProfile: members({
    networkInterfaces: list(
      members({
        id: 'string',
        properties: members({ primary: 'boolean', deleteOption: choices('Delete', 'Detach') }),
      }),
    ),
  }),
  osProfile: members({
    computerName: 'string',
    adminUsername: 'string',
    adminPassword: 'string',
    customData: 'string',
    linuxConfiguration: members({
      disablePasswordAuthentication: 'boolean',
      ssh: members({ publicKeys: list(members({ path: 'string', keyData: 'string' })) }),
    }),
  }),
  priority: choices('Regular', 'Low', 'Spot'),
  securityProfile: members({ encryptionAtHost: 'boolean' }),
  storageProfile: members({
    imageReference: members({
      id: 'string',
      publisher: 'string',
      offer: 'string',
      sku: 'string',
      version: 'string',
      communityGalleryImageId: 'string',
      sharedGalleryImageId: 'string',
    }),
    osDisk: members(
      {
        name: 'string',
        createOption: choices('FromImage', 'Empty', 'Attach'),
        caching: choices('None', 'ReadOnly', 'ReadWrite'),
        deleteOption: choices('Delete', 'Detach'),
        diskSizeGB: 'integer',
        managedDisk: members({
          diskEncryptionSet: reference,
          storageAccountType: choices(
            'Standard_LRS',
            'Premium_LRS',
            'StandardSSD_LRS',
            'Premium_ZRS',
            'StandardSSD_ZRS',
          ),
        }),
      },
      'createOption',
    ),
  }),
});

/** By type, in lower case. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  resourcegroups: members({ location: 'string', tags: 'map' }, 'location'),
  'microsoft.compute/virtualmachines': members(
    {
      location: 'string',
      tags: 'map',
      zones: list('string'),
      plan: members({ name: 'string', publisher: 'string', product: 'string' }),
      identity: members({
        type: choices('SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned'),
        userAssignedIdentities: 'names',
      }),
      properties: virtualMachine,
    },
    'location',
  ),
  'microsoft.compute/availabilitysets': members(
    {
      location: 'string',
      tags: 'map',
      sku: members({ name: choices('Aligned', 'Classic') }),
      properties: members({ platformFaultDomainCount: 'integer', platformUpdateDomainCount: 'integer' }),
    },
    'location',
  ),
  'microsoft.network/networkinterfaces': members({
    location: 'string',
    tags: 'map',
    properties: members({
      enableAcceleratedNetworking: 'boolean',
      networkSecurityGroup: reference,
      ipConfigurations: list(
        members({
          name: 'string',
          properties: members({
            primary: 'boolean',
            privateIPAddress: 'string',
            privateIPAddressVersion: choices('IPv4', 'IPv6'),
            privateIPAllocationMethod: choices('Static', 'Dynamic'),
            publicIPAddress: reference,
            subnet: reference,
          }),
        }),
      ),
    }),
  }),
  'microsoft.network/publicipaddresses': members({
    location: 'string',
    tags: 'map',
    zones: list('string'),
    sku: members({ name: choices('Basic', 'Standard'), tier: choices('Regional', 'Global') }),
    properties: members({
      publicIPAllocationMethod: choices('Static', 'Dynamic'),
      publicIPAddressVersion: choices('IPv4', 'IPv6'),
      dnsSettings: members({ domainNameLabel: 'string' }),
    }),
  }),
  'microsoft.network/networksecuritygroups': members({
    location: 'string',
    tags: 'map',
    properties: members({ securityRules: list(members({ name: 'string', properties: securityRule })) }),
  }),
  'microsoft.network/networksecuritygroups/securityrules': members({ properties: securityRule }),
  'microsoft.network/virtualnetworks': members({
    location: 'string',
    tags: 'map',
    properties: members({
      addressSpace: members({ addressPrefixes: list('string') }),
      subnets: list(members({ name: 'string', properties: subnet })),
    }),
  }),
  'microsoft.network/virtualnetworks/subnets': members({ properties: subnet }),
};
