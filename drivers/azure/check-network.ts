import { MachineError } from '../../src/errors.js';
import { object, text } from './client.js';
import { foreignGroup, type Making } from './network.js';
import { at, groupAt, TYPES, vnetAt } from './places.js';

/** A network that is there has to be where the machine goes. @throws MachineError CheckFailed */
export async function checkNetwork({ resource, arm, context }: Making): Promise<void> {
  const { network, location, group } = resource;
  if (resource.publicIp === '')
    context.report.warn('without a public address a machine reaches the internet through a NAT gateway or proxy alone');
  const vnet = await arm.find(vnetAt(resource));
  if (
    !vnet &&
    network.group.toLowerCase() !== group.toLowerCase() &&
    !(await arm.find(groupAt({ ...resource, group: network.group })))
  )
    throw new MachineError('CheckFailed', `no resource group "${network.group}" exists (--azure-vnet)`);
  const place = text(vnet?.['location']);
  if (place !== '' && place !== location)
    throw new MachineError('CheckFailed', `virtual network "${network.vnet}" is in ${place}, not in ${location}`, {
      suggestions: [`--azure-location ${place}`, `--azure-vnet ${network.vnet}-${location}`],
    });
}

/** Sets that docker-machine made hold no machines with managed disks. */
export async function checkAvailabilitySet({ resource, arm }: Making): Promise<void> {
  const { availabilitySet: name, group, location } = resource;
  if (name === '') return;
  const found = await arm.find(at(resource, 'availabilitySet', name));
  if (!found) return;
  if (text(object(found['sku'])['name']) !== 'Aligned')
    throw new MachineError('CheckFailed', `availability set "${name}" takes no machines with managed disks`, {
      suggestions: [
        `az vm availability-set convert --resource-group ${group} --name ${name}`,
        '--azure-availability-set berth',
      ],
    });
  const place = text(found['location']);
  if (place !== location)
    throw new MachineError('CheckFailed', `availability set "${name}" is in ${place}, not in ${location}`, {
      suggestions: [`--azure-location ${place}`, `--azure-availability-set ${name}-${location}`],
    });
}

export async function checkSecurityGroup({ host, resource, arm }: Making): Promise<void> {
  const { nsg } = host.options;
  if (nsg === undefined) return;
  if (await arm.find({ path: foreignGroup(resource, nsg), version: TYPES.nsg.version })) return;
  throw new MachineError('CheckFailed', `no security group "${nsg.slice(-60)}" exists (--azure-nsg)`, {
    suggestions: ['az network nsg list --output table'],
  });
}
