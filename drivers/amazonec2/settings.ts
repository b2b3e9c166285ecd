import { endpointUrl } from '../../src/cloud/rest.js';
import { parsePort } from '../../src/cloud/ports.js';
import type { PortRule } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Reporter } from '../../src/reporter.js';
import type { Place } from './client.js';
import type { Ec2Options } from './options.js';
import { endpointOf } from './stored.js';

/** @throws MachineError BadOption */
export function placeOf(options: Ec2Options): Place {
  const { region, profile = '', retries } = options;
  // Names of regions, AWS's and others'; it becomes a part of a host name.
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/i.test(region))
    throw new MachineError('BadOption', `option --amazonec2-region wants the name of a region, got "${region}"`);
  const endpoint = endpointOf(options);
  if (endpoint !== '') endpointUrl(endpoint, 'amazonec2-endpoint');
  return { region, endpoint, profile, retries };
}

/** The user's tags; berth's own come on top. @throws MachineError BadOption */
export function tagsOf({ tags = '' }: Pick<Ec2Options, 'tags'>): Readonly<Record<string, string>> {
  if (tags.trim() === '') return {};
  const words = tags.split(',').map((word) => word.trim());
  if (words.length % 2 === 1)
    throw new MachineError('BadOption', `option --amazonec2-tags wants key1,value1,key2,value2, got "${tags}"`);
  const pairs = words.flatMap((key, at) => (at % 2 === 0 ? [[key, words[at + 1] ?? ''] as const] : []));
  const odd = pairs.find(([key]) => key === '' || key.length > 128 || /^aws:/i.test(key));
  if (odd) throw new MachineError('BadOption', `option --amazonec2-tags has a key that AWS does not take: "${odd[0]}"`);
  return Object.fromEntries(pairs);
}

/** @throws MachineError BadOption */
export function openPortsOf(options: Pick<Ec2Options, 'open-port'>): readonly PortRule[] {
  return options['open-port'].map((text) => parsePort(text, 'amazonec2-open-port'));
}

/** Zones as names, in the user's order; empty where any will do. docker-machine takes the letter alone. */
export function zonesOf({ zone = '', region }: Pick<Ec2Options, 'zone' | 'region'>): readonly string[] {
  return listed(zone).map((name) => (/^[a-z]$/.test(name) ? `${region}${name}` : name));
}

export function typesOf(options: Pick<Ec2Options, 'instance-type'>): readonly string[] {
  return listed(options['instance-type']);
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** GitLab's and Rancher's spellings are as good as each other. */
export function kmsKeyOf(options: Ec2Options): string | undefined {
  return options['volume-kms-key'] ?? options['kms-key'];
}

export function isEncrypted(options: Ec2Options): boolean {
  return options['volume-encrypted'] || options['encrypt-ebs-volume'] || kmsKeyOf(options) !== undefined;
}

/** Contradictions, and what is accepted without effect. @throws MachineError BadOption */
export function checkOptions(options: Ec2Options, report: Reporter): void {
  placeOf(options);
  tagsOf(options);
  openPortsOf(options);
  const wants = (option: string, what: string): never => {
    throw new MachineError('BadOption', `option --amazonec2-${option} ${what}`);
  };
  const price = options['spot-price'];
  if (price !== undefined && !/^\d*\.?\d+$/.test(price)) wants('spot-price', `wants a price in USD, got "${price}"`);
  if (typesOf(options).length === 0) wants('instance-type', 'wants the name of a type');
  if (options['security-group'].length === 0) wants('security-group', 'wants the name of a group');
  if (options['security-group'].length > 5) wants('security-group', 'can be given five times at most');
  if (options['ipv6-address-only'] && options['ipv6-address-count'] === 0)
    wants('ipv6-address-only', 'wants --amazonec2-ipv6-address-count 1 or more');
  if (options['enable-primary-ipv6'] && options['ipv6-address-count'] === 0)
    wants('enable-primary-ipv6', 'wants --amazonec2-ipv6-address-count 1 or more');
  if (options['block-duration-minutes'] > 0)
    report.warn('--amazonec2-block-duration-minutes has no effect: AWS ended spot blocks; use --amazonec2-spot-price');
  if (options['insecure-transport'] && options.endpoint === undefined)
    report.warn('--amazonec2-insecure-transport has no effect without --amazonec2-endpoint');
}
