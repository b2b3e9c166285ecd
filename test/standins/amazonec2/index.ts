import { standIn, type CloudStandIn, type Machinery, type StandInAnswer, type StandInRequest } from '../server.js';
import * as catalog from './catalog.js';
import { foreignTexts, seedForeign } from './foreign.js';
import * as groups from './groups.js';
import * as instances from './instances.js';
import { runInstances } from './launch.js';
import { Life } from './life.js';
import { Refused } from './model.js';
import { parseQuery, type Input } from './query.js';
import { checkSignature, type Keys } from './signature.js';
import { World, type Settings, type Thing } from './world.js';
import { answerXml, refusalXml } from './xml.js';

export interface Ec2StandIn extends CloudStandIn {
  /** Switches, which may be changed at any time. */
  readonly settings: Settings;
  readonly keys: Keys;
  /** Requests as they were read, with the operation's name. */
  readonly requests: readonly { readonly action: string; readonly input: Input }[];
  world(region: string): World;
  /** Somebody else's, as texts that change with it. */
  foreign(): readonly string[];
}

const STANDARD: Settings = {
  account: '123456789012',
  ...{ hiddenLookups: 0, quota: 32, outOfStock: [], throttle: 0, polls: 1, bootMs: 0, rules: 60 },
  ...{ hasDefaultVpc: true, zones: 'abc', endsWith: undefined },
};
/** The keys of AWS's own documentation. */
export const KEYS: Keys = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** EC2 on loopback, as strict as its own description of its operations: see model.ts. */
export async function amazonec2StandIn({
  machinery,
  keys = KEYS,
  now = () => new Date(),
  ...given
}: Partial<Settings> & { machinery?: Machinery; keys?: Keys; now?: () => Date } = {}): Promise<Ec2StandIn> {
  const settings: Settings = { ...STANDARD, ...given };
  const worlds = new Map<string, World>();
  const life = new Life(machinery);
  const requests: { action: string; input: Input }[] = [];
  const world = (region: string): World => {
    const found = worlds.get(region) ?? new World(region, settings);
    if (!worlds.has(region)) seedForeign(found);
    worlds.set(region, found);
    return found;
  };
  const handle = (request: StandInRequest): StandInAnswer => {
    const headers = { date: now().toUTCString() };
    try {
      const region = checkSignature(request, keys, now());
      if (settings.throttle > 0) {
        settings.throttle -= 1;
        throw new Refused('RequestLimitExceeded', 'Request limit exceeded.', 503);
      }
      const { action, input } = parseQuery(request.body);
      requests.push({ action, input });
      return { status: 200, headers, body: answerXml(action, answerTo(action, input, { world: world(region), life })) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, headers, body: refusalXml(error) };
    }
  };
  const server = await standIn({
    nameOf: ({ body }) => new URLSearchParams(body).get('Action') ?? 'unknown',
    handle,
    left: () => [...worlds.values()].flatMap(leftIn),
  });
  const foreign = (): readonly string[] => [...worlds.values()].flatMap(foreignTexts);
  return Object.assign(server, { settings, keys, requests, world, foreign });
}

function answerTo(action: string, input: Input, { world, life }: { world: World; life: Life }): object {
  const operation = OPERATIONS[action];
  if (!operation) throw new Refused('UnsupportedOperation', `The stand-in has no ${action}`);
  return operation(world, input, life);
}

const OPERATIONS: Readonly<Record<string, (world: World, input: Input, life: Life) => object>> = {
  DescribeRegions: catalog.describeRegions,
  DescribeVpcs: catalog.describeVpcs,
  DescribeSubnets: catalog.describeSubnets,
  DescribeInstanceTypes: catalog.describeInstanceTypes,
  DescribeImages: catalog.describeImages,
  CreateSecurityGroup: groups.createSecurityGroup,
  DescribeSecurityGroups: groups.describeSecurityGroups,
  AuthorizeSecurityGroupIngress: groups.authorizeSecurityGroupIngress,
  RevokeSecurityGroupIngress: groups.revokeSecurityGroupIngress,
  DeleteSecurityGroup: groups.deleteSecurityGroup,
  ImportKeyPair: groups.importKeyPair,
  DescribeKeyPairs: groups.describeKeyPairs,
  DeleteKeyPair: groups.deleteKeyPair,
  RunInstances: runInstances,
  DescribeInstances: instances.describeInstances,
  StartInstances: instances.startInstances,
  StopInstances: instances.stopInstances,
  TerminateInstances: instances.terminateInstances,
  GetConsoleOutput: instances.getConsoleOutput,
  ModifyNetworkInterfaceAttribute: instances.modifyNetworkInterfaceAttribute,
  DescribeSpotInstanceRequests: instances.describeSpotInstanceRequests,
  CancelSpotInstanceRequests: instances.cancelSpotInstanceRequests,
  DescribeTags: instances.describeTags,
  DeleteVolume: (world, input) => instances.deletePart(world, String(input['VolumeId']), 'InvalidVolume.NotFound'),
  DeleteNetworkInterface: (world, input) =>
    instances.deletePart(world, String(input['NetworkInterfaceId']), 'InvalidNetworkInterfaceID.NotFound'),
};

/** What costs money or stands in the way. Shared groups, which nobody owns, and what is ending for good are not left over. */
function leftIn(world: World): readonly string[] {
  const isEnding = (id: string): boolean =>
    ['shutting-down', 'terminated'].includes(world.instances.get(id)?.state ?? '');
  const isOurs = ({ id }: Thing): boolean => !world.foreign.has(id);
  const instances = [...world.instances.values()].filter((one) => isOurs(one) && !isEnding(one.id));
  const parts = [...world.parts.values()].filter((one) => isOurs(one) && !isEnding(one.instanceId));
  const keys = [...world.keys.values()].filter(isOurs);
  const own = [...world.groups.values()].filter((one) => isOurs(one) && one.tags['berth-shared'] !== 'true');
  const spots = [...world.requests.values()].filter(
    ({ state, instanceId }) => state === 'open' || (state === 'active' && !isEnding(instanceId)),
  );
  return [
    ...instances.map(({ id }) => `instance ${id}`),
    ...parts.map(({ type, id }) => `${type} ${id}`),
    ...keys.map(({ name }) => `key pair ${name}`),
    ...own.map(({ name }) => `security group ${name}`),
    ...spots.map(({ id }) => `spot request ${id}`),
  ];
}
