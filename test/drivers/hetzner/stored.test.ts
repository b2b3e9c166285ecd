import { describe, expect, it } from '@jest/globals';
import { hetzner } from '../../../drivers/hetzner/index.js';
import type { HetznerMachine } from '../../../drivers/hetzner/handle.js';
import { contextOf } from '../contract.js';
import { TOKEN } from '../../standins/hetzner/index.js';
import { DEFAULTS, hetznerStand } from './support.js';

const BASE = {
  IPAddress: '203.0.113.7',
  MachineName: 'web-1',
  SSHUser: 'root',
  SSHPort: 22,
  SSHKeyPath: '',
  StorePath: '/s',
};
/** As JonasProgrammer's driver 5.0.2 writes it. */
const RECORD = {
  ...BASE,
  ...{ SwarmMaster: false, SwarmHost: '', SwarmDiscovery: '' },
  AccessToken: TOKEN,
  Image: 'ubuntu-20.04',
  ImageID: 0,
  ImageArch: '',
  Type: 'cx22',
  Location: 'fsn1',
  KeyID: 17,
  IsExistingKey: false,
  ServerID: 4_711,
  Volumes: ['data'],
  Networks: [],
  UsePrivateNetwork: false,
  DisablePublic4: false,
  DisablePublic6: false,
  PrimaryIPv4: '',
  PrimaryIPv6: '',
  Firewalls: ['web'],
  ServerLabels: { tier: 'front' },
  AdditionalKeys: ['ssh-ed25519 DDDD'],
  AdditionalKeyIDs: [18, 19],
  WaitOnError: 0,
  WaitOnPolling: 5,
  WaitForRunningTimeout: 0,
};
const HANDLE: HetznerMachine = {
  ...{ endpoint: 'https://api.hetzner.cloud/v1', context: '', mark: '', name: 'web-1', id: '', store: '' },
  ...{ serverId: 4_711, madeAt: '', keyId: 17, additionalKeyIds: [18, 19], firewallId: 0, groupId: 0 },
  ...{ reach: 'ipv4', sshUser: 'root', sshPort: 22 },
};

describe('records of the driver hetzner', () => {
  it("reads a record of docker-machine's driver: options, handle and token", () => {
    const { options, resource } = hetzner.fromStored(RECORD);

    expect(options).toEqual({
      ...DEFAULTS,
      image: 'ubuntu-20.04',
      'server-type': 'cx22',
      'server-location': 'fsn1',
      volumes: ['data'],
      firewalls: ['web'],
      'server-label': ['tier=front'],
      'additional-key': ['ssh-ed25519 DDDD'],
      'wait-on-polling': 5,
    });
    expect(resource).toEqual(HANDLE);
    expect(hetzner.storedSecrets?.(RECORD)).toEqual({ 'api-token': TOKEN });
  });

  it('does not take a key for its own that was there before', () => {
    const { options, resource } = hetzner.fromStored({ ...RECORD, IsExistingKey: true, AdditionalKeyIDs: null });

    expect(options['existing-key-id']).toBe('17');
    expect(resource).toEqual({ ...HANDLE, keyId: 0, additionalKeyIds: [] });
  });

  it.each([
    ['a private network', { UsePrivateNetwork: true }, 'private'],
    ['IPv6 alone', { DisablePublic4: true }, 'ipv6'],
  ])('reaches a machine with %s as its driver did', (_what, more, reach) => {
    expect(hetzner.fromStored({ ...RECORD, ...more }).resource).toEqual({ ...HANDLE, reach });
  });

  it('takes the number of an image for what counts, beside the default name', () => {
    const { options } = hetzner.fromStored({ ...RECORD, ImageID: 99 });

    expect([options['image-id'], options['image']]).toEqual(['99', undefined]);
  });

  it('reads the several locations of a fork', () => {
    expect(hetzner.fromStored({ ...RECORD, Locations: ['fsn1', 'nbg1'] }).options['server-location']).toBe('fsn1,nbg1');
  });

  it('has no handle for a machine whose create never came to anything', () => {
    expect(hetzner.fromStored({ ...BASE, AccessToken: '', Type: 'cx23' }).resource).toBeUndefined();
  });

  it('writes the fields of the driver, so that it can use what berth made', () => {
    const { options } = hetzner.fromStored(RECORD);

    const stored = hetzner.toStored(options as typeof DEFAULTS, { ...HANDLE, serverId: 5, keyId: 6 });

    const { AccessToken: _token, ...fields } = RECORD;
    const { SwarmMaster: _1, SwarmHost: _2, SwarmDiscovery: _3, ...own } = fields;
    const driver = Object.fromEntries(Object.entries(own).filter(([key]) => !(key in BASE)));
    expect(stored).toMatchObject({ ...driver, ServerID: 5, KeyID: 6 });
    expect(stored).not.toHaveProperty('AccessToken');
  });

  it('uses the machines that berth made with the binary of the driver', async () => {
    await using world = await hetznerStand();
    const [theirs] = [...world.standIn.world.servers.values()];
    const kept = { ...RECORD, Endpoint: world.options.endpoint, ServerID: theirs?.id ?? 0 };
    const driver = await hetzner.load();

    const state = await driver.state(kept as unknown as HetznerMachine, contextOf(world));

    expect(state).toBe('running');
    expect(hetzner.toStored(DEFAULTS, kept as unknown as HetznerMachine)).toMatchObject({ ServerID: theirs?.id });
  });
});
