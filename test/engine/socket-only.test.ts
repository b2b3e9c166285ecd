import { describe, expect, it } from '@jest/globals';
import { daemonSetup, type DaemonSetup } from '../../src/engine/daemon.js';
import { socketOnly } from '../../src/engine/socket-only.js';
import { DEFAULT_ENGINE, type JsonObject } from '../../src/record.js';

function setup(existing: JsonObject, opts: readonly string[] = []): DaemonSetup {
  const wish = {
    ...{ enginePort: 2376, provider: 'generic', socket: 'fd://', onlyIpv6: false, swarm: false },
    engine: { ...DEFAULT_ENGINE, opts },
  };
  return socketOnly(daemonSetup(existing, wish), 2376);
}

describe('an engine without a port', () => {
  it('listens on its socket alone, and has no certificates to show', () => {
    const { config, flags } = setup({});

    expect(config).toEqual({ hosts: ['fd://'], labels: ['provider=generic'], 'live-restore': true });
    expect(flags).toEqual([]);
  });

  it('loses the port that it had, and keeps what somebody else has set', () => {
    const before = { hosts: ['fd://', 'tcp://0.0.0.0:2376'], tls: true, tlsverify: true, tlskey: '/k', debug: true };

    const { config } = setup(before);

    expect(config).toEqual({ hosts: ['fd://'], debug: true, labels: ['provider=generic'], 'live-restore': true });
  });

  it('keeps another listener that the user wants, and not ours beside it', () => {
    const { config, flags } = setup({}, ['host=tcp://127.0.0.1:2375']);

    expect(config).not.toHaveProperty('hosts');
    expect(flags).toEqual(['--host=fd://', '--host=tcp://127.0.0.1:2375']);
  });
});
