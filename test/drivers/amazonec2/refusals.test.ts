import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/amazonec2/driver.js';
import type { Ec2Options } from '../../../drivers/amazonec2/options.js';
import type { NewHost } from '../../../src/driver.js';
import type { MachineError } from '../../../src/errors.js';
import type { OptionValues } from '../../../src/record.js';
import { failureOf, told } from '../../helpers/failure.js';
import { recordingReporter } from '../../helpers/reporter.js';
import { contextOf, newHost } from '../contract.js';
import { refusal, stand } from './stand.js';

type Stand = Awaited<ReturnType<typeof stand>>;

function hostFor(world: Stand, options: OptionValues): NewHost<Ec2Options> {
  return newHost({ ...world.options, ...options }) as unknown as NewHost<Ec2Options>;
}

async function refused(world: Stand, options: OptionValues = {}): Promise<MachineError> {
  return failureOf(driver.check(hostFor(world, options), contextOf(world)));
}

function causeOf({ cause }: MachineError): string {
  return cause instanceof Error ? cause.message : '';
}

describe('the check of EC2 options', () => {
  it.each<[string, OptionValues, string]>([
    ['a region', { region: 'us east' }, 'option --amazonec2-region wants the name of a region, got "us east"'],
    ['an endpoint', { endpoint: 'ftp://x' }, 'option --amazonec2-endpoint wants an http or https URL, got "ftp://x"'],
    ['tags', { tags: 'a,b,c' }, 'option --amazonec2-tags wants key1,value1,key2,value2, got "a,b,c"'],
    ['a tag', { tags: 'aws:x,1' }, 'option --amazonec2-tags has a key that AWS does not take: "aws:x"'],
    ['ports', { 'open-port': ['99999'] }, 'option --amazonec2-open-port wants port[-port][/tcp|udp], got "99999"'],
    ['a price', { 'spot-price': 'cheap' }, 'option --amazonec2-spot-price wants a price in USD, got "cheap"'],
    [
      'too many groups',
      { 'security-group': ['a', 'b', 'c', 'd', 'e', 'f'] },
      'option --amazonec2-security-group can be given five times at most',
    ],
    [
      'IPv6 alone without an address',
      { 'ipv6-address-only': true },
      'option --amazonec2-ipv6-address-only wants --amazonec2-ipv6-address-count 1 or more',
    ],
    ['a small disk', { 'root-size': 4 }, 'option --amazonec2-root-size wants 8 or more, got "4"'],
  ])('refuses %s', async (_what, options, message) => {
    await using world = await stand();

    expect(told(await refused(world, options))).toEqual({ code: 'BadOption', message, exitCode: 2 });
    expect(world.standIn.left()).toEqual([]);
  });

  it.each<[string, OptionValues, string]>([
    [
      'a zone without a subnet',
      { zone: 'f' },
      'there is no subnet in zone "us-east-1f", only in us-east-1a, us-east-1b, us-east-1c',
    ],
    [
      'a subnet of another VPC',
      { 'subnet-id': 'subnet-other', 'vpc-id': 'vpc-0a1b2c3d' },
      'subnet "subnet-other" lies in "vpc-other", not in "vpc-0a1b2c3d"',
    ],
    ['a VPC without subnets', { 'vpc-id': 'vpc-none' }, 'there is no subnet in "vpc-none" in us-east-1'],
    ['a key pair', { 'keypair-name': 'nobody' }, 'there is no key pair "nobody" in us-east-1'],
    [
      'a read-only group',
      { 'security-group': ['web'], 'security-group-readonly': true },
      'there is no security group "web" in "vpc-0a1b2c3d"',
    ],
    ['a group by its id', { 'security-group': ['sg-none'] }, 'there is no security group "sg-none" in "vpc-0a1b2c3d"'],
    [
      'an image for another architecture',
      { ami: 'ami-noble-arm' },
      'image "ami-noble-arm" is for arm64, which t3.micro is not',
    ],
    [
      'IPv6 where there is none',
      { 'ipv6-address-count': 1, 'subnet-id': 'subnet-a' },
      'no subnet here has IPv6 addresses',
    ],
    [
      'a file of user-data',
      { userdata: '/nowhere/user-data' },
      'the file of user-data cannot be read: "/nowhere/user-data"',
    ],
    ['a public key', { 'ssh-keypath': '/nowhere/id' }, 'the public key cannot be read: "/nowhere/id.pub"'],
  ])('names %s that is not there', async (_what, options, message) => {
    await using world = await stand();

    expect(told(await refused(world, options))).toEqual({ code: 'CheckFailed', message, exitCode: 3 });
  });

  it('says what to do without a default VPC', async () => {
    await using world = await stand({ hasDefaultVpc: false });

    const failure = await refused(world);

    expect(told(failure)).toEqual({
      code: 'CheckFailed',
      message: 'the account has no default VPC in us-east-1',
      exitCode: 3,
    });
    expect(failure.suggestions).toEqual([
      'Name one with --amazonec2-vpc-id or --amazonec2-subnet-id',
      'aws ec2 create-default-vpc',
    ]);
  });

  it.each<[string, OptionValues, string, string]>([
    [
      'type',
      { 'instance-type': 'm1.huge' },
      'there is no instance type "m1.huge" in us-east-1',
      'InvalidInstanceType: The following supplied instance types do not exist: [m1.huge]',
    ],
    [
      'image',
      { ami: 'ami-none' },
      'there is no image "ami-none" in us-east-1',
      "InvalidAMIID.NotFound: The image id '[ami-none]' does not exist",
    ],
    [
      'subnet',
      { 'subnet-id': 'subnet-none' },
      'there is no subnet "subnet-none" in us-east-1',
      "InvalidSubnetID.NotFound: The subnet ID 'subnet-none' does not exist",
    ],
  ])("gives EC2's words for a wrong %s", async (_what, options, message, words) => {
    await using world = await stand();

    const failure = await refused(world, options);

    expect(told(failure)).toEqual({ code: 'CheckFailed', message, exitCode: 3 });
    expect(causeOf(failure)).toBe(words);
  });

  it('says what has no effect any more', async () => {
    await using world = await stand();
    const report = recordingReporter();

    await driver.check(hostFor(world, { 'block-duration-minutes': 60 }), { ...contextOf(world), report });

    expect(report.lines).toEqual([
      'warn: --amazonec2-block-duration-minutes has no effect: AWS ended spot blocks; use --amazonec2-spot-price',
    ]);
  });
});

describe('refusals of EC2', () => {
  it.each([
    [401, 'AuthFailure', 'CredentialsRefused', 'does not accept the credentials'],
    [403, 'UnauthorizedOperation', 'CredentialsRefused', 'does not accept the credentials'],
    [400, 'ExpiredToken', 'CredentialsRefused', 'does not accept the credentials'],
    [400, 'InstanceLimitExceeded', 'QuotaReached', 'a limit of the account is reached'],
    [400, 'VcpuLimitExceeded', 'QuotaReached', 'a limit of the account is reached'],
    [500, 'InsufficientInstanceCapacity', 'OutOfStock', 'none of this size is available here now'],
    [400, 'Unsupported', 'OutOfStock', 'none of this size is available here now'],
    [400, 'InvalidParameterValue', 'BadOption', 'does not accept an option'],
    [503, 'Unavailable', 'DriverFailed', 'the provider does not answer as it should'],
    [400, 'PendingSomething', 'DriverFailed', 'the provider refuses'],
  ])('tells %i %s as %s', async (status, code, ours, says) => {
    await using world = await stand({}, { retries: 0 });
    world.standIn.intervene = ({ name }) =>
      name === 'RunInstances' ? refusal(status, code, 'in its words') : undefined;

    const host = hostFor(world, { zone: 'a' });
    const failure = await failureOf(driver.create(host, contextOf(world)));

    expect([failure.code, failure.message, causeOf(failure)]).toEqual([
      ours,
      `Amazon EC2: ${says} (create the instance)`,
      `${code}: in its words`,
    ]);
  });

  it('names the address that does not answer', async () => {
    await using world = await stand();

    const failure = await refused(world, { endpoint: 'http://127.0.0.1:9', retries: 1 });

    expect([failure.message, causeOf(failure)]).toEqual([
      'Amazon EC2: the provider does not answer as it should (check the options)',
      '127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9',
    ]);
  });

  it('takes a wrong secret key for what it is', async () => {
    await using world = await stand();
    const context = contextOf({ secrets: { ...world.secrets, 'secret-key': 'another' } });

    const failure = await failureOf(driver.check(hostFor(world, {}), context));

    expect([failure.code, causeOf(failure)]).toEqual([
      'CredentialsRefused',
      'SignatureDoesNotMatch: The request signature we calculated does not match the signature',
    ]);
  });

  it("signs by EC2's clock once it knows that ours is wrong", async () => {
    await using world = await stand({ now: () => new Date(Date.now() + 3_600_000) });

    await expect(driver.check(hostFor(world, {}), contextOf(world) as never)).resolves.toBeUndefined();
  });
});
