import { array, object, text } from '../../src/cloud/found.js';
import { MachineError } from '../../src/errors.js';
import { propertiesOf } from './client.js';
import { foreignGroup } from './interface.js';
import { checkFamilies } from './ipv6.js';
import type { Making } from './network.js';
import { at, groupAt, TYPES, vnetAt } from './places.js';
import { lets } from './rules.js';

/** A network that is there has to be where the machine goes. @throws MachineError CheckFailed */
export async function checkNetwork({ host, resource, arm, context }: Making): Promise<void> {
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
  if (vnet) checkFamilies(vnet, { resource, host });
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
        'Use another one: --azure-availability-set berth',
      ],
    });
  const place = text(found['location']);
  if (place !== location)
    throw new MachineError('CheckFailed', `availability set "${name}" is in ${place}, not in ${location}`, {
      suggestions: [`--azure-location ${place}`, `--azure-availability-set ${name}-${location}`],
    });
}

/** The user's own group is not changed: it has to let in what berth needs. @throws MachineError CheckFailed */
export async function checkSecurityGroup({ host, resource, arm }: Making): Promise<void> {
  const { nsg, 'docker-port': enginePort } = host.options;
  if (nsg === undefined) return;
  const shown = nsg.slice(nsg.lastIndexOf('/') + 1).slice(0, 30);
  const group = await arm.find({ path: foreignGroup(resource, nsg), version: TYPES.nsg.version });
  if (!group)
    throw new MachineError('CheckFailed', `no security group "${shown}" exists (--azure-nsg)`, {
      suggestions: ['az network nsg list --output table'],
    });
  const rules = array(propertiesOf(group)['securityRules']);
  const closed = [22, enginePort].filter((port) => !lets(rules, { protocol: 'tcp', from: port, to: port }));
  if (closed.length === 0 || resource.reach === 'private') return;
  throw new MachineError('CheckFailed', `security group "${shown}" lets nobody in at ${closed.join(' and ')}/tcp`, {
    suggestions: ['Open it in the group: az network nsg rule create', 'Leave out --azure-nsg for a group of its own'],
  });
}
