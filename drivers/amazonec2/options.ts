import type { OptionsOf, OptionTable } from '../../src/driver.js';

/** docker-machine's options of amazonec2, with GitLab's and Rancher's additions, by what they are about. */
const account = {
  'access-key': { kind: 'string', secret: true, env: 'AWS_ACCESS_KEY_ID', help: 'access key id' },
  'secret-key': { kind: 'string', secret: true, env: 'AWS_SECRET_ACCESS_KEY', help: 'secret access key' },
  'session-token': { kind: 'string', secret: true, env: 'AWS_SESSION_TOKEN', help: 'session token of temporary keys' },
  profile: { kind: 'string', help: 'profile of ~/.aws/config to take credentials from' },
  region: { kind: 'string', default: 'us-east-1', env: 'AWS_DEFAULT_REGION', help: 'region' },
  endpoint: {
    kind: 'string',
    env: 'AWS_ENDPOINT',
    help: 'URL of another EC2 interface: an emulator or a private cloud',
  },
  'insecure-transport': {
    kind: 'boolean',
    env: 'AWS_INSECURE_TRANSPORT',
    help: 'speak http to an endpoint that names no protocol',
  },
  retries: {
    kind: 'integer',
    default: 5,
    min: 0,
    max: 100,
    help: 'how often a request without an answer is sent again',
  },
} as const satisfies OptionTable;

const machine = {
  ami: { kind: 'string', env: 'AWS_AMI', help: 'image; the newest Ubuntu 24.04 for the type if none is given' },
  'instance-type': {
    kind: 'string',
    default: 't3.micro',
    env: 'AWS_INSTANCE_TYPE',
    help: 'instance type; several, parted by commas, are tried in order',
  },
  'device-name': { kind: 'string', env: 'AWS_DEVICE_NAME', help: "root device, the image's own if none is given" },
  'root-size': { kind: 'integer', default: 16, min: 1, max: 65_536, env: 'AWS_ROOT_SIZE', help: 'root disk in GB' },
  'volume-type': { kind: 'string', default: 'gp3', env: 'AWS_VOLUME_TYPE', help: 'type of the root disk' },
  'volume-encrypted': {
    kind: 'boolean',
    default: true,
    help: 'encrypt the root disk (=false leaves it to the account)',
  },
  'volume-kms-key': { kind: 'string', env: 'AWS_VOLUME_KMS_KEY', help: 'KMS key that encrypts the root disk' },
  'encrypt-ebs-volume': { kind: 'boolean', env: 'AWS_ENCRYPT_EBS_VOLUME', help: 'the same as volume-encrypted' },
  'kms-key': { kind: 'string', env: 'AWS_KMS_KEY', help: 'the same as volume-kms-key' },
  'use-ebs-optimized-instance': { kind: 'boolean', help: 'dedicated bandwidth to the disk' },
  'iam-instance-profile': { kind: 'string', env: 'AWS_INSTANCE_PROFILE', help: 'name or ARN of an instance profile' },
  monitoring: { kind: 'boolean', help: 'detailed CloudWatch monitoring' },
  tags: { kind: 'string', env: 'AWS_TAGS', help: 'tags of all that is made: key1,value1,key2,value2' },
  userdata: { kind: 'string', env: 'AWS_USERDATA', help: 'file of user-data, joined with what berth plants' },
  'request-spot-instance': { kind: 'boolean', help: 'ask for a spot instance' },
  'spot-price': { kind: 'string', help: 'highest price of an hour in USD; the on-demand price if none is given' },
  'block-duration-minutes': {
    kind: 'integer',
    default: 0,
    min: 0,
    help: 'without effect: AWS ended spot blocks in 2022',
  },
} as const satisfies OptionTable;

const network = {
  'vpc-id': { kind: 'string', env: 'AWS_VPC_ID', help: "VPC, the account's default one if none is given" },
  zone: {
    kind: 'string',
    env: 'AWS_ZONE',
    help: 'letters or names of zones, parted by commas; any zone with a subnet if none',
  },
  'subnet-id': { kind: 'string', env: 'AWS_SUBNET_ID', help: "subnet, the zone's default one if none is given" },
  'private-address-only': { kind: 'boolean', help: 'no public address at all' },
  'use-private-address': { kind: 'boolean', help: 'reach the machine by its private address' },
  'ipv6-address-count': {
    kind: 'integer',
    default: 0,
    min: 0,
    max: 50,
    env: 'AWS_IPV6_ADDRESS_COUNT',
    help: 'number of IPv6 addresses',
  },
  'enable-primary-ipv6': { kind: 'boolean', env: 'AWS_ENABLE_PRIMARY_IPV6', help: 'the first IPv6 address stays' },
  'ipv6-address-only': { kind: 'boolean', env: 'AWS_IPV6_ADDRESS_ONLY', help: 'reach the machine by IPv6 alone' },
  'security-group': {
    kind: 'list',
    default: ['docker-machine'],
    env: 'AWS_SECURITY_GROUP',
    help: 'security group, made when missing (can be given several times)',
  },
  'security-group-readonly': {
    kind: 'boolean',
    env: 'AWS_SECURITY_GROUP_READONLY',
    help: 'leave the security groups and their rules as they are',
  },
  'open-port': { kind: 'list', help: 'port[-port][/tcp|udp] to open to everybody (can be given several times)' },
} as const satisfies OptionTable;

const login = {
  'ssh-port': { kind: 'integer', default: 22, min: 1, max: 65_535, env: 'AWS_SSH_PORT', help: 'TCP port of sshd' },
  'ssh-user': { kind: 'string', default: 'ubuntu', env: 'AWS_SSH_USER', help: 'user to log in as' },
  'ssh-keypath': {
    kind: 'string',
    env: 'AWS_SSH_KEYPATH',
    help: 'private key that may log in too, its .pub beside it',
  },
  'keypair-name': { kind: 'string', env: 'AWS_KEYPAIR_NAME', help: 'existing key pair that may log in too' },
  'metadata-token': {
    kind: 'string',
    choices: ['required', 'optional'],
    default: 'required',
    help: 'whether the metadata service wants a token (IMDSv2)',
  },
  'metadata-token-response-hop-limit': {
    kind: 'integer',
    default: 1,
    min: 1,
    max: 64,
    help: 'network hops of metadata tokens; containers of a bridge network want 2',
  },
  'http-put-response-hop-limit': {
    kind: 'integer',
    min: 1,
    max: 64,
    env: 'AWS_HTTP_PUT_RESPONSE_HOP_LIMIT',
    help: 'the same as metadata-token-response-hop-limit',
  },
  'http-endpoint': {
    kind: 'string',
    choices: ['enabled', 'disabled'],
    env: 'AWS_HTTP_ENDPOINT',
    help: 'whether there is a metadata service',
  },
  'http-tokens': {
    kind: 'string',
    choices: ['required', 'optional'],
    env: 'AWS_HTTP_TOKENS',
    help: 'the same as metadata-token',
  },
  'http-protocol-ipv6': {
    kind: 'string',
    choices: ['enabled', 'disabled'],
    default: 'disabled',
    env: 'AWS_HTTP_PROTOCOL_IPV6',
    help: 'whether the metadata service answers over IPv6',
  },
} as const satisfies OptionTable;

export const options = { ...account, ...machine, ...network, ...login } as const satisfies OptionTable;
export type Ec2Options = OptionsOf<typeof options>;
