import type { Firewall } from '../../../drivers/google/api.js';
import { exists, invalid, notFound, refusal } from './answers.js';
import { isSeen, listed, operate, shown, type Asked, type Handler } from './request.js';
import { advance, PROJECT } from './world.js';

const wait: Handler = async ({ at: { operation = '', zone }, world }) => {
  const one = world.operations.get(operation);
  if (!one || one.zone !== zone) return notFound(`projects/${PROJECT}/operations/${operation}`);
  await advance(one);
  return shown(one);
};

const diskPath = ({ at: { zone, disk } }: Asked): string => `projects/${PROJECT}/zones/${zone}/disks/${disk}`;
const rulePath = (name: string | undefined): string => `projects/${PROJECT}/global/firewalls/${name}`;

/** Disks, rules of the firewall, operations. */
export const OTHERS: Readonly<Record<string, Handler>> = {
  'ZoneOperations.Wait': wait,
  'GlobalOperations.Wait': wait,
  'Disks.Get': (asked) => {
    const one = asked.world.disks.get(`${asked.at['zone']}/${asked.at['disk']}`);
    return one && isSeen(one) ? { status: 200, body: one.value } : notFound(diskPath(asked));
  },
  'Disks.AggregatedList': (asked) => listed(asked, [...asked.world.disks.values()], 'disks'),
  'Disks.Delete': (asked) => {
    const key = `${asked.at['zone']}/${asked.at['disk']}`;
    const one = asked.world.disks.get(key);
    if (!one) return notFound(diskPath(asked));
    if (one.value['users'])
      return refusal(
        400,
        'resourceInUseByAnotherResource',
        `The disk resource '${diskPath(asked)}' is already being used by another instance`,
      );
    const finish = (): void => void asked.world.disks.delete(key);
    return operate(asked, { operationType: 'delete', targetLink: diskPath(asked), finish });
  },
  'Firewalls.List': (asked) => listed(asked, [...asked.world.firewalls.values()]),
  'Firewalls.Insert': (asked) => {
    const rule = asked.body as Firewall & { name: string };
    const fault = faultOfRule(rule);
    if (fault !== undefined) return invalid(fault);
    if (asked.world.firewalls.has(rule.name)) return exists(rulePath(rule.name));
    asked.world.firewalls.set(rule.name, { value: { ...rule }, others: false, unseen: 0 });
    return operate(asked, { operationType: 'insert', targetLink: rulePath(rule.name), finish: () => {} });
  },
  'Firewalls.Delete': (asked) => {
    const { firewall = '' } = asked.at;
    if (!asked.world.firewalls.has(firewall)) return notFound(rulePath(firewall));
    const finish = (): void => void asked.world.firewalls.delete(firewall);
    return operate(asked, { operationType: 'delete', targetLink: rulePath(firewall), finish });
  },
};

/** https://cloud.google.com/firewall/docs/firewalls: one family of addresses to a rule. */
function faultOfRule({
  name,
  network,
  sourceRanges = [],
  targetTags = [],
  allowed = [],
  direction,
}: Firewall): string | undefined {
  const odd = (field: string, value: unknown): string =>
    `Invalid value for field 'resource.${field}': '${String(value)}'.`;
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name ?? '')) return odd('name', name);
  if (!/projects\/[^/]+\/global\/networks\/(default|custom)$/.test(network ?? '')) return odd('network', network);
  if (direction !== 'INGRESS' || sourceRanges.length === 0) return odd('sourceRanges', sourceRanges);
  if (new Set(sourceRanges.map((range) => range.includes(':'))).size > 1)
    return 'Firewall rule cannot have both IPv4 and IPv6 source ranges.';
  if (!sourceRanges.every((range) => /^[0-9a-f.:]+\/\d+$/.test(range))) return odd('sourceRanges', sourceRanges);
  if (targetTags.length === 0) return odd('targetTags', targetTags);
  const isAllowed = allowed.every(
    ({ IPProtocol = '', ports = [] }) =>
      (/^(tcp|udp)$/.test(IPProtocol) && ports.every((port) => /^\d+(-\d+)?$/.test(port))) ||
      // "ports" is for protocols that have them.
      (/^(esp|ah|icmp|ipip)$/.test(IPProtocol) && ports.length === 0),
  );
  return allowed.length > 0 && isAllowed ? undefined : odd('allowed', JSON.stringify(allowed));
}
