import { MachineError } from '../../src/errors.js';
import { regionOf } from './choices.js';
import { lastOf, type Compute } from './client.js';
import type { GoogleOptions } from './options.js';

export interface Place {
  /** "projects/p/global/networks/default": where the rules of the firewall go, too. */
  readonly network: string;
  /** In the region of a zone; undefined leaves it to the network. */
  subnetwork(zone: string): string | undefined;
}

/** @throws Fault for what does not exist */
export async function findNetwork(options: GoogleOptions, zone: string, compute: Compute): Promise<Place> {
  const [, host = compute.project, name = options.network] = NETWORK.exec(options.network) ?? [];
  if (options.subnetwork === undefined) {
    const { autoCreateSubnetworks } = await compute.ask('Networks.get', { project: host, network: name });
    if (autoCreateSubnetworks === false) throw noSubnetwork(name);
    return { network: `projects/${host}/global/networks/${name}`, subnetwork: () => undefined };
  }
  const [, project = host, region, path] = SUBNETWORK.exec(options.subnetwork) ?? [];
  const subnetwork = path ?? options.subnetwork;
  const { network = '', stackType = '' } = await compute.ask('Subnetworks.get', {
    project,
    region: region ?? regionOf(zone),
    subnetwork,
  });
  if (options.ipv6 && !stackType.includes('IPV6')) throw oneFamily(subnetwork);
  const [, owner = host] = NETWORK.exec(network) ?? [];
  return {
    network: `projects/${owner}/global/networks/${lastOf(network)}`,
    subnetwork: (of) => `projects/${project}/regions/${region ?? regionOf(of)}/subnetworks/${subnetwork}`,
  };
}

export const NETWORK = /(?:^|\/)projects\/([^/]+)\/global\/networks\/([^/]+)$/;
const SUBNETWORK = /(?:^|\/)projects\/([^/]+)\/regions\/([^/]+)\/subnetworks\/([^/]+)$/;

function noSubnetwork(name: string): MachineError {
  return new MachineError('CheckFailed', `network "${name}" does not choose a subnetwork itself`, {
    suggestions: ['Give --google-subnetwork', `gcloud compute networks subnets list --network=${name}`],
  });
}

function oneFamily(name: string): MachineError {
  return new MachineError('CheckFailed', `subnetwork "${name}" has no IPv6 addresses`, {
    suggestions: [`gcloud compute networks subnets update ${name} --stack-type=IPV4_IPV6 --ipv6-access-type=EXTERNAL`],
  });
}

/** Project and name of a network. */
export function networkParts(network: string): { readonly project: string; readonly name: string } {
  const [, project = '', name = ''] = NETWORK.exec(network) ?? [];
  return { project, name };
}

/** The external address that is meant: itself, or what is reserved under that name. @throws Fault, MachineError */
export async function findAddress(text: string, zone: string, compute: Compute): Promise<string> {
  if (/^\d+(\.\d+){3}$/.test(text)) return text;
  const { address = '', status } = await compute.ask('Addresses.get', {
    region: regionOf(zone),
    address: lastOf(text),
  });
  if (status !== 'IN_USE') return address;
  throw new MachineError('CheckFailed', `the address "${lastOf(text)}" is in use`, {
    suggestions: [`gcloud compute addresses describe ${lastOf(text)} --region=${regionOf(zone)}`],
  });
}
