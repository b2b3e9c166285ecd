import type { PluginFlag } from './options.js';

/**
 * The create flags that docker-machine has itself, with its defaults. It hands them to every driver, and drivers look at some:
 * libmachine's SetSwarmConfigFromFlags at three of them. A list that was not given it left out; here it is empty.
 */
export const SHARED_FLAGS: readonly PluginFlag[] = [
  text('engine-install-url', 'https://get.docker.com'),
  text('engine-storage-driver'),
  ...['opt', 'insecure-registry', 'registry-mirror', 'label', 'env'].map((name) => list(`engine-${name}`)),
  list('tls-san'),
  flag('swarm'),
  text('swarm-image', 'swarm:latest'),
  flag('swarm-master'),
  text('swarm-discovery'),
  text('swarm-strategy', 'spread'),
  list('swarm-opt'),
  list('swarm-join-opt'),
  text('swarm-host', 'tcp://0.0.0.0:3376'),
  text('swarm-addr'),
  flag('swarm-experimental'),
];

function text(name: string, value = ''): PluginFlag {
  return { name, help: '', env: '', kind: 'string', value };
}

function list(name: string): PluginFlag {
  return { name, help: '', env: '', kind: 'list', value: [] };
}

function flag(name: string): PluginFlag {
  return { name, help: '', env: '', kind: 'boolean', value: false };
}
