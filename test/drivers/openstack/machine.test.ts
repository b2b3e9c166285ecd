import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/openstack/driver.js';
import { stateIs, later } from '../cloud-stand.js';
import { contextOf } from '../contract.js';
import { failureOf } from '../../helpers/failure.js';
import { openstackHost, openstackStand } from './support.js';

describe('a machine on OpenStack', () => {
  it.each([
    ['PAUSED', 'paused'],
    ['SUSPENDED', 'saved'],
    ['SHELVED_OFFLOADED', 'saved'],
    ['SHUTOFF', 'stopped'],
  ])('that is %s is %s, and runs again when it is started', async (status, state) => {
    await using stand = await openstackStand();
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);
    await stateIs('running', () => driver.state(machine, context));
    Object.assign(stand.standIn.world.servers.get(machine.serverId) ?? {}, { status });

    const before = await driver.state(machine, context);
    await driver.start(machine, context);

    expect([before, await driver.state(machine, context)]).toEqual([state, 'running']);
  });

  it('is told of at its floating address, and gives that back', async () => {
    await using stand = await openstackStand({ 'floatingip-pool': 'public' });
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);

    const target = await driver.target(machine, context);
    await driver.remove(machine, context);

    expect(target).toEqual({ host: machine.floatingIp, port: 22, user: 'root' });
    expect(target.host).toMatch(/^192\.0\.2\./);
    expect(stand.standIn.left()).toEqual([]);
  });

  it('is told of at its IPv6 address when that is wanted', async () => {
    await using stand = await openstackStand({ 'ip-version': 6 });
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);

    expect((await driver.target(machine, context)).host).toMatch(/^2001:db8::/);
  });

  it('has the end of its console', async () => {
    await using stand = await openstackStand();
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);

    expect(await driver.consoleTail?.(machine, context)).toBe('[    0.0] Linux\nweb-1 login: ');
  });

  it('is found on the second page of a list', async () => {
    await using stand = await openstackStand();
    const context = contextOf(stand);
    const machines = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        driver.create(openstackHost(stand.options, { name, id: name.repeat(16) }), context),
      ),
    );
    stand.standIn.world.pageSize = 1;

    const states = await driver.states?.(machines, later(context));

    expect(states).toHaveLength(3);
    expect(states).not.toContain('gone');
  });

  it('that was made in another project is not gone, and is not removed', async () => {
    await using stand = await openstackStand();
    const context = contextOf(stand);
    const machine = { ...(await driver.create(openstackHost(stand.options), context)), project: 'of others' };
    const elsewhere = { ...machine, serverId: 'nothing', id: 'dddd', groupId: '' };

    const state = await driver.state(elsewhere, later(context));
    const failure = await failureOf(driver.remove(elsewhere, context));

    expect(state).toBe('unknown');
    expect(failure.message).toBe('"web-1" was made in another project, and this one has no such server');
  });

  it('has ports opened and closed in its own group, by blocks', async () => {
    await using stand = await openstackStand();
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);
    const web = { protocol: 'tcp', from: 80, to: 81, sources: ['192.0.2.9/24', '198.51.100.1/32'] } as const;

    await driver.ports?.open(machine, [web], context);
    await driver.ports?.open(machine, [web], context);
    const opened = await driver.ports?.list(machine, context);
    await driver.ports?.close(machine, [{ ...web, sources: ['192.0.2.0/24'] }], context);
    const closed = await driver.ports?.list(machine, context);

    const ssh = { protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] };
    expect(opened).toEqual([ssh, { ...web, sources: ['192.0.2.0/24', '198.51.100.1/32'] }]);
    expect(closed).toEqual([ssh, { ...web, sources: ['198.51.100.1/32'] }]);
  });

  it('has ESP opened and closed in its own group, without ports', async () => {
    await using stand = await openstackStand();
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);
    const esp = { protocol: 'esp', from: 0, to: 0, sources: ['10.0.0.4/32', '10.0.0.5/32'] } as const;

    await driver.ports?.open(machine, [esp], context);
    await driver.ports?.open(machine, [esp], context);
    const opened = await driver.ports?.list(machine, context);
    await driver.ports?.close(machine, [{ ...esp, sources: ['10.0.0.4/32'] }], context);
    const closed = await driver.ports?.list(machine, context);

    expect(opened?.slice(1)).toEqual([esp]);
    expect(closed?.slice(1)).toEqual([{ ...esp, sources: ['10.0.0.5/32'] }]);
  });

  it('in groups of the user gets one of its own with the first port, which goes with it', async () => {
    await using stand = await openstackStand({ 'sec-groups': 'default' });
    const context = contextOf(stand);
    const machine = await driver.create(openstackHost(stand.options), context);
    const before = stand.standIn.foreign();
    const port = { protocol: 'udp', from: 53, to: 53, sources: ['192.0.2.0/24'] } as const;

    const changed = await driver.ports?.open(machine, [port], context);
    const listed = await driver.ports?.list(changed ?? machine, context);
    await driver.remove(changed ?? machine, context);

    expect(machine.groupId).toBe('');
    expect(listed).toEqual([port]);
    expect(stand.standIn.left()).toEqual([]);
    expect(stand.standIn.foreign()).toEqual(before);
  });
});
