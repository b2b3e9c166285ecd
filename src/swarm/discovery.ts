import { createHash } from 'node:crypto';
import { parseClusterName, type ClusterName } from '../cluster-name.js';

/** A name has room for this much of the discovery string, so that a person knows it again. */
const READABLE = 32;

/**
 * The cluster that a --swarm-discovery means. Any string names one, the same string the same one: `token://ID`,
 * `consul://host:8500/path`, `nodes://…`, or nothing like a URL at all. Case counts, as it did for the discovery services.
 */
export function clusterOfDiscovery(discovery: string): ClusterName {
  const id = TOKEN.exec(discovery)?.[1];
  const words = (id ?? discovery)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, READABLE)
    .replace(/^-+|-+$/g, '');
  if (id !== undefined && words === id) return parseClusterName(`swarm-${id}`);
  const hash = createHash('sha256').update(discovery).digest('hex').slice(0, 12);
  return parseClusterName(['swarm', words, hash].filter((part) => part !== '').join('-'));
}

/** What `docker swarm create` gave out: 32 hexadecimal digits; articles have words of their own there. */
const TOKEN = /^token:\/\/([a-z0-9-]{1,32})$/;
