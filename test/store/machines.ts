import { generic } from '../../drivers/generic/index.js';
import { parseName } from '../../src/name.js';
import type { AnyDriverSpec } from '../../src/driver.js';
import { DEFAULT_ENGINE, type Machine } from '../../src/record.js';
import { openStore, type StoreOptions } from '../../src/store/disk.js';
import type { Store } from '../../src/store/store.js';

/** A store that knows one driver, generic. */
export function storeAt(base: string, options?: StoreOptions): Store {
  const find = (name: string): AnyDriverSpec | undefined => (name === generic.name ? generic : undefined);
  return openStore(base, { find }, options);
}

/** A finished machine of the driver generic, as a create leaves it. */
export function machine(name: string, changes: Partial<Machine> = {}): Machine {
  return {
    name: parseName(name),
    id: '0123456789abcdef',
    driver: 'generic',
    options: { 'ip-address': '192.0.2.7', 'ssh-user': 'root', 'ssh-port': 22, 'engine-port': 2376 },
    resource: { host: '192.0.2.7', port: 22, user: 'root' },
    phase: 'ready',
    address: '192.0.2.7',
    ssh: { user: 'root', port: 22 },
    enginePort: 2376,
    transport: { kind: 'tls' },
    engine: DEFAULT_ENGINE,
    tlsSans: [],
    createdAt: '2026-03-01T12:00:00.000Z',
    document: {},
    ...changes,
  };
}
