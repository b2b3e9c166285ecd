import type { IpPermission } from '@aws-sdk/client-ec2';
import { isFault } from '../../src/cloud/fault.js';
import { ESP } from '../../src/cloud/ports.js';
import type { PortRule } from '../../src/driver.js';
import type { Ask } from './client.js';

/** EC2 knows four protocols by name, ESP not among them ("IpPermission", API reference). */
const ESP_NUMBER = '50';

/** EC2's form of a rule; the description says whose it is. */
export function permissionOf({ protocol, from, to, sources }: PortRule, description: string): IpPermission {
  const v4 = sources.filter((source) => !source.includes(':'));
  const v6 = sources.filter((source) => source.includes(':'));
  return {
    ...(protocol === 'esp' ? { IpProtocol: ESP_NUMBER } : { IpProtocol: protocol, FromPort: from, ToPort: to }),
    ...(v4.length === 0 ? {} : { IpRanges: v4.map((CidrIp) => ({ CidrIp, Description: description })) }),
    ...(v6.length === 0 ? {} : { Ipv6Ranges: v6.map((CidrIpv6) => ({ CidrIpv6, Description: description })) }),
  };
}

/** What groups let in by address, a rule for each range of ports; one for all protocols is one for each of ours. */
export function rulesOf(permissions: readonly IpPermission[]): readonly PortRule[] {
  const merged = new Map<string, PortRule>();
  for (const rule of permissions.flatMap(rulesIn)) {
    const key = `${rule.protocol} ${rule.from} ${rule.to}`;
    const sources = new Set([...(merged.get(key)?.sources ?? []), ...rule.sources]);
    merged.set(key, { ...rule, sources: [...sources] });
  }
  return [...merged.values()];
}

function rulesIn(permission: IpPermission): readonly PortRule[] {
  const sources = sourcesOf(permission);
  return sources.length === 0 ? [] : portsIn(permission).map((port) => ({ ...port, sources }));
}

/** The ports of a permission, whoever it is for. */
export function portsIn(permission: IpPermission): readonly Omit<PortRule, 'sources'>[] {
  const { IpProtocol: protocol, FromPort: from = 0, ToPort: to = 65_535 } = permission;
  const all = { from: 0, to: 65_535 };
  if (protocol === '-1') return [{ protocol: 'tcp', ...all }, { protocol: 'udp', ...all }, ESP];
  if (protocol === ESP_NUMBER) return [ESP];
  return protocol === 'tcp' || protocol === 'udp' ? [{ protocol, from, to }] : [];
}

/** Sources whose rule carries this description. */
export function sourcesOf({ IpRanges: v4 = [], Ipv6Ranges: v6 = [] }: IpPermission, description?: string): string[] {
  const isMeant = (range: { Description?: string | undefined }): boolean =>
    description === undefined || range.Description === description;
  return [
    ...v4.flatMap((range) => (range.CidrIp !== undefined && isMeant(range) ? [range.CidrIp] : [])),
    ...v6.flatMap((range) => (range.CidrIpv6 !== undefined && isMeant(range) ? [range.CidrIpv6] : [])),
  ];
}

/** Whether all these ports are let in from somewhere, be it a group or a list of prefixes. */
export function mentions(permissions: readonly IpPermission[], rule: PortRule): boolean {
  return permissions.flatMap(portsIn).some(covers(rule));
}

/** What of a rule the groups do not let in already; what everybody may reach needs no rule of its own. */
export function missingOf(permissions: readonly IpPermission[], rule: PortRule): PortRule | undefined {
  const known = new Set(
    rulesOf(permissions)
      .filter(covers(rule))
      .flatMap(({ sources }) => sources),
  );
  const isOpen = (source: string): boolean =>
    known.has(source) || known.has(source.includes(':') ? '::/0' : '0.0.0.0/0');
  const sources = rule.sources.filter((source) => !isOpen(source));
  return sources.length === 0 ? undefined : { ...rule, sources };
}

function covers({ protocol, from, to }: PortRule): (rule: Omit<PortRule, 'sources'>) => boolean {
  return (rule) => rule.protocol === protocol && rule.from <= from && rule.to >= to;
}

/** Adds rules to a group, one request each: of a request with one rule that exists EC2 takes none. */
export async function authorize(groupId: string, permissions: readonly IpPermission[], ask: Ask): Promise<void> {
  for (const IpPermissions of permissions.flatMap(bySource).map((permission) => [permission])) {
    try {
      await ask((ec2, how) => ec2.authorizeSecurityGroupIngress({ GroupId: groupId, IpPermissions }, how));
    } catch (error) {
      if (!isFault(error, 'conflict') || !error.code.endsWith('Duplicate')) throw error;
    }
  }
}

function bySource({ IpRanges: v4 = [], Ipv6Ranges: v6 = [], ...ports }: IpPermission): IpPermission[] {
  return [
    ...v4.map((range) => ({ ...ports, IpRanges: [range] })),
    ...v6.map((range) => ({ ...ports, Ipv6Ranges: [range] })),
  ];
}
