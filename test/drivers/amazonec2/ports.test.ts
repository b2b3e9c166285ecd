import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/amazonec2/driver.js';
import { ports } from '../../../drivers/amazonec2/ports.js';
import type { Ec2Machine } from '../../../drivers/amazonec2/handle.js';
import { failureOf, told } from '../../helpers/failure.js';
import { contextFor, instanceIn, rulesIn, running, type Stand } from './machine.js';
import { stand } from './stand.js';

const ENGINE = { protocol: 'tcp', from: 2376, to: 2376, sources: ['192.0.2.7/32'] } as const;
const WEB = { protocol: 'tcp', from: 8000, to: 8010, sources: ['192.0.2.0/24', '2001:db8::/32'] } as const;
const SSH = ['tcp 22-22 0.0.0.0/0', 'tcp 22-22 ::/0'];

function shared({ groupIds: [id = ''] }: Ec2Machine): string {
  return id;
}

function seeded(world: Stand, machine: Ec2Machine, source: string): void {
  const group = world.standIn.world('us-east-1').groups.get(shared(machine));
  if (!group) throw new Error('there is no shared group');
  const rule = { IpProtocol: 'tcp', FromPort: 2376, ToPort: 2376, source, Description: undefined };
  group.permissions = [...group.permissions, rule];
}

describe('ports of an EC2 machine', () => {
  it("opens the engine's port to its source in the shared group, once", async () => {
    await using world = await stand();
    const machine = await running(world);

    await ports.open(machine, [ENGINE], contextFor(world));
    await ports.open(machine, [ENGINE], contextFor(world));

    expect(rulesIn(world, shared(machine))).toEqual([...SSH, 'tcp 2376-2376 192.0.2.7/32']);
    expect(world.standIn.calls.filter((name) => name === 'AuthorizeSecurityGroupIngress')).toHaveLength(3);
  });

  it('takes a port that everybody reaches for open, as the groups of docker-machine have it', async () => {
    await using world = await stand();
    const machine = await running(world);
    seeded(world, machine, '0.0.0.0/0');

    await ports.open(machine, [ENGINE], contextFor(world));

    expect(rulesIn(world, shared(machine))).toEqual([...SSH, 'tcp 2376-2376 0.0.0.0/0']);
  });

  it('opens every other port in a group of the machine, attached to it', async () => {
    await using world = await stand();
    const machine = await running(world);
    const context = contextFor(world);

    const changed = await ports.open(machine, [WEB], context);

    const owning = changed ?? machine;
    expect(context.kept.at(-1)).toEqual(owning);
    expect(instanceIn(world, machine).groups).toEqual([shared(machine), owning.ownGroupId]);
    expect(rulesIn(world, owning.ownGroupId)).toEqual(['tcp 8000-8010 192.0.2.0/24', 'tcp 8000-8010 2001:db8::/32']);
    expect(rulesIn(world, shared(machine))).toEqual(SSH);
  });

  it('lists what the groups let in', async () => {
    await using world = await stand();
    const machine = await running(world);

    const changed = await ports.open(machine, [{ ...WEB, sources: ['192.0.2.0/24'] }], contextFor(world));

    expect(await ports.list(changed ?? machine, contextFor(world))).toEqual([
      { protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] },
      { protocol: 'tcp', from: 8000, to: 8010, sources: ['192.0.2.0/24'] },
    ]);
  });

  it('closes what it opened, and nothing that is not its own', async () => {
    await using world = await stand();
    const machine = await running(world);
    const context = contextFor(world);
    seeded(world, machine, '198.51.100.1/32');
    const owning = (await ports.open(machine, [ENGINE, WEB], context)) ?? machine;

    const foreign = { ...ENGINE, sources: ['192.0.2.7/32', '198.51.100.1/32'] };
    await ports.close(owning, [foreign, { ...WEB, sources: ['192.0.2.0/24'] }], context);
    await ports.close(owning, [foreign], context);

    expect(rulesIn(world, shared(machine))).toEqual([...SSH, 'tcp 2376-2376 198.51.100.1/32']);
    expect(rulesIn(world, owning.ownGroupId)).toEqual(['tcp 8000-8010 2001:db8::/32']);
  });

  it('opens ESP by its number, which EC2 knows without ports, once, and closes it', async () => {
    await using world = await stand();
    const machine = await running(world);
    const context = contextFor(world);
    const esp = { protocol: 'esp', from: 0, to: 0, sources: ['192.0.2.7/32', '192.0.2.8/32'] } as const;

    const owning = (await ports.open(machine, [esp], context)) ?? machine;
    await ports.open(owning, [esp], context);
    const rules = rulesIn(world, owning.ownGroupId);
    const listed = await ports.list(owning, context);
    await ports.close(owning, [{ ...esp, sources: ['192.0.2.7/32'] }], context);

    expect(rules).toEqual(['50 undefined-undefined 192.0.2.7/32', '50 undefined-undefined 192.0.2.8/32']);
    expect(listed.at(-1)).toEqual(esp);
    expect(rulesIn(world, owning.ownGroupId)).toEqual(['50 undefined-undefined 192.0.2.8/32']);
  });

  it('takes a group of its own for the engine when the shared one is full', async () => {
    await using world = await stand({ rules: 2 });
    const machine = await running(world);

    const changed = await ports.open(machine, [ENGINE], contextFor(world));

    expect(rulesIn(world, changed?.ownGroupId ?? '')).toEqual(['tcp 2376-2376 192.0.2.7/32']);
  });

  it('leaves read-only groups alone, and is content with their rule for the engine', async () => {
    await using world = await stand();
    const machine = await running(world);
    seeded(world, machine, 'sg-00000000000000f0e');

    const changed = await ports.open({ ...machine, isWritable: false }, [ENGINE], contextFor(world));

    expect(changed).toBeUndefined();
    expect(rulesIn(world, shared(machine))).toEqual([...SSH, 'tcp 2376-2376 sg-00000000000000f0e']);
  });

  it("adds to the named group of docker-machine's machines, which carry no tags", async () => {
    await using world = await stand();
    const machine = { ...(await running(world)), id: '', store: '' };

    await ports.open(machine, [WEB], contextFor(world));
    const failure = await failureOf(ports.open({ ...machine, isWritable: false }, [ENGINE], contextFor(world)));

    expect(rulesIn(world, shared(machine))).toHaveLength(4);
    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'the security groups of web-1 are read-only',
      exitCode: 2,
    });
  });

  it('removes the group of its own with the machine, once the machine has ended', async () => {
    await using world = await stand();
    world.standIn.settings.polls = 2;
    const machine = await running(world);
    const owning = (await ports.open(machine, [WEB], contextFor(world))) ?? machine;

    await driver.remove(owning, contextFor(world));

    expect(world.standIn.left()).toEqual([]);
    expect(world.standIn.world('us-east-1').groups.has(owning.ownGroupId)).toBe(false);
    expect(world.standIn.world('us-east-1').groups.has(shared(machine))).toBe(true);
  });
});
