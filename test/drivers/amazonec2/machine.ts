import { driver } from '../../../drivers/amazonec2/driver.js';
import type { Context } from '../../../drivers/amazonec2/client.js';
import type { Ec2Machine } from '../../../drivers/amazonec2/handle.js';
import type { Ec2Options } from '../../../drivers/amazonec2/options.js';
import type { NewHost } from '../../../src/driver.js';
import type { OptionValues } from '../../../src/record.js';
import type { Group, Instance } from '../../standins/amazonec2/world.js';
import { stateIs } from '../cloud-stand.js';
import { contextOf, newHost } from '../contract.js';
import type { stand } from './stand.js';

export type Stand = Awaited<ReturnType<typeof stand>>;

export function hostFor(world: Stand, options: OptionValues = {}): NewHost<Ec2Options> {
  return newHost({ ...world.options, ...options }) as unknown as NewHost<Ec2Options>;
}

export function contextFor(world: Stand): Context & { readonly kept: Ec2Machine[] } {
  return contextOf(world) as unknown as Context & { readonly kept: Ec2Machine[] };
}

export async function running(world: Stand, options: OptionValues = {}): Promise<Ec2Machine> {
  const context = contextFor(world);
  const machine = await driver.create(hostFor(world, options), context);
  await stateIs('running', () => driver.state(machine, context));
  return machine;
}

export function instanceIn(world: Stand, { instanceId, region }: Ec2Machine): Instance {
  const instance = world.standIn.world(region).instances.get(instanceId);
  if (instance) return instance;
  throw new Error(`there is no instance ${instanceId}`);
}

/** "tcp 22-22 0.0.0.0/0" */
export function rulesIn(world: Stand, groupId: string): readonly string[] {
  const group: Group | undefined = world.standIn.world('us-east-1').groups.get(groupId);
  return (group?.permissions ?? []).map(
    ({ IpProtocol, FromPort, ToPort, source }) => `${IpProtocol} ${FromPort}-${ToPort} ${source}`,
  );
}
