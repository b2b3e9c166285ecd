import type { DaemonSetup } from './daemon.js';
import { TLS_KEYS } from './settings.js';

/** The same engine without berth's TCP port: only who is on the host, or logs in to it, reaches it. */
export function socketOnly({ config, flags }: DaemonSetup, enginePort: number): DaemonSetup {
  const isOurPort = (host: unknown): boolean =>
    typeof host === 'string' && host.startsWith('tcp://') && host.endsWith(`:${enginePort}`);
  const { hosts } = config;
  const kept = Object.entries(config).filter(([key]) => !TLS_KEYS.has(key));
  return {
    config: {
      ...Object.fromEntries(kept),
      ...(Array.isArray(hosts) ? { hosts: hosts.filter((host) => !isOurPort(host)) } : {}),
    },
    flags: flags.filter((flag) => !(flag.startsWith('--host=') && isOurPort(flag.slice('--host='.length)))),
  };
}
