import { describe, expect, it } from '@jest/globals';
import type { OptionValues } from '../../../src/record.js';
import { failureOf } from '../../helpers/failure.js';
import type { recordingReporter } from '../../helpers/reporter.js';
import { googleStand } from './world.js';

const WRONG: readonly (readonly [string, OptionValues, string, string, string | undefined])[] = [
  [
    'subnetwork of one family',
    { subnetwork: 'front', ipv6: true },
    'CheckFailed',
    'subnetwork "front" has no IPv6 addresses',
    'gcloud compute networks subnets update front --stack-type=IPV4_IPV6 --ipv6-access-type=EXTERNAL',
  ],
  [
    'family without a subnetwork',
    { ipv6: true },
    'BadOption',
    'option --google-ipv6 wants --google-subnetwork with it',
    undefined,
  ],
  [
    'type',
    { 'machine-type': 'e9-huge' },
    'BadOption',
    'there is no machine type "e9-huge" in the zone "us-central1-a"',
    'gcloud compute machine-types list --zones=us-central1-a',
  ],
  [
    'disk smaller than the image',
    { 'machine-image': 'golden' },
    'BadOption',
    'option --google-disk-size wants 50 at least for this image, got "20"',
    undefined,
  ],
  [
    'image of another architecture',
    { 'machine-type': 'c4a-standard-1', 'machine-image': 'acme-1/global/images/golden', 'disk-size': 50 },
    'CheckFailed',
    'image "golden" is for amd64',
    'Choose an image for arm64, or another --google-machine-type',
  ],
  [
    'image',
    { 'machine-image': 'gs://images/mine' },
    'BadOption',
    'option --google-machine-image wants an image, got "gs://images/mine"',
    'Give it as PROJECT/global/images/NAME or PROJECT/global/images/family/NAME',
  ],
  [
    'network without subnetworks',
    { network: 'custom' },
    'CheckFailed',
    'network "custom" does not choose a subnetwork itself',
    'Give --google-subnetwork',
  ],
  [
    'reserved address',
    { address: 'taken' },
    'CheckFailed',
    'the address "taken" is in use',
    'gcloud compute addresses describe taken --region=us-central1',
  ],
  [
    'name',
    { zone: 'us-central1-b' },
    'CheckFailed',
    'an instance called "web-1" exists in us-central1-b already',
    'Choose another name than web-1, or another --google-zone',
  ],
  ['label', { label: ['nothing'] }, 'BadOption', 'option --google-label wants key:value, got "nothing"', undefined],
  [
    'list of labels',
    { 'vm-labels': 'a,b,c' },
    'BadOption',
    'option --google-vm-labels wants key,value,…, got "a,b,c"',
    undefined,
  ],
  [
    'metadata',
    { metadata: ['secret'] },
    'BadOption',
    'option --google-metadata wants key=value with letters, digits, _ and - in the key',
    undefined,
  ],
  [
    'file',
    { userdata: '/nowhere/user-data' },
    'BadOption',
    'cannot read the file of option --google-userdata: "/nowhere/user-data"',
    undefined,
  ],
  [
    'accelerator',
    { accelerator: '2 GPUs' },
    'BadOption',
    'option --google-accelerator wants count=N,type=TYPE, got "2 GPUs"',
    undefined,
  ],
  [
    'selection',
    { 'flex-selection': ['e2-medium'] },
    'BadOption',
    'option --google-flex-selection wants machine-type=TYPE[,disk-…=…], got "e2-medium"',
    undefined,
  ],
  [
    'zone of a region',
    { region: 'us-central1', 'location-zone': ['us-east1-a'] },
    'BadOption',
    'option --google-location-zone wants ZONE[:ALLOW|:DENY], got "us-east1-a"',
    'The zones there are us-central1-a, us-central1-b, us-central1-f',
  ],
  [
    'zone without a region',
    { 'location-zone': ['us-central1-a'] },
    'BadOption',
    'option --google-location-zone wants --google-region with it',
    undefined,
  ],
  [
    'policy',
    { 'maintenance-policy': 'WAIT' },
    'BadOption',
    'option --google-maintenance-policy wants MIGRATE or TERMINATE, got "WAIT"',
    undefined,
  ],
  [
    'policy of a spot instance',
    { preemptible: true, 'maintenance-policy': 'MIGRATE' },
    'BadOption',
    'spot instances and those with GPUs want --google-maintenance-policy TERMINATE',
    undefined,
  ],
  [
    'address of a private instance',
    { address: '203.0.113.9', 'use-internal-ip-only': true },
    'BadOption',
    'options --google-address and --google-use-internal-ip-only exclude each other',
    undefined,
  ],
  [
    'port',
    { 'open-port': ['http'] },
    'BadOption',
    'option --google-open-port wants port[-port][/tcp|udp], got "http"',
    undefined,
  ],
  [
    'user',
    { username: 'Joe Doe' },
    'BadOption',
    'option --google-username wants a user\'s name, got "Joe Doe"',
    undefined,
  ],
  [
    'endpoint',
    { endpoint: 'ftp://there' },
    'BadOption',
    'option --google-endpoint wants an http or https URL, got "ftp://there"',
    undefined,
  ],
  [
    'project',
    { project: 'other' },
    'CredentialsRefused',
    'Google: does not accept the credentials (check the request)',
    'gcloud auth application-default login',
  ],
  [
    'network',
    { network: 'nowhere' },
    'DriverFailed',
    'Google: what was asked for does not exist (check the request)',
    'Check --google-project, --google-zone, --google-machine-image and --google-network',
  ],
];

describe('the check of the driver google', () => {
  it.each(WRONG)('refuses a wrong %s before anything is made', async (...row) => {
    const [, options, code, message, suggestion] = row;
    await using world = await googleStand();

    const failure = await failureOf(world.driver.check(world.host(options), world.context));

    expect([failure.code, failure.message, failure.suggestions[0]]).toEqual([code, message, suggestion]);
    expect(failure.message.length).toBeLessThanOrEqual(100);
    expect(world.standIn.left()).toEqual([]);
  });

  it('asks four questions', async () => {
    await using world = await googleStand();

    await world.driver.check(world.host(), world.context);

    expect([...world.standIn.calls].sort()).toEqual([
      'Images.GetFromFamily',
      'Instances.AggregatedList',
      'MachineTypes.Get',
      'Networks.Get',
    ]);
  });

  it('says of each retired option that it has no effect, and what has', async () => {
    await using world = await googleStand();
    const retired = {
      'operation-backoff-multipler': '2',
      'operation-backoff-max-interval': '30',
      'bulk-insert': true,
      'cos-tls-via-metadata': true,
      'external-firewall-rule-prefix': 'x',
    };

    await world.driver.check(world.host(retired), world.context);

    const { lines } = world.context.report as ReturnType<typeof recordingReporter>;
    expect(lines.filter((line) => line.includes('no effect'))).toEqual([
      'warn: option --google-bulk-insert has no effect: several zones and types are tried in order without it',
      'warn: option --google-operation-backoff-multipler has no effect: all machines of a project share one back-off',
      'warn: option --google-external-firewall-rule-prefix has no effect: every machine has rules of its own, see "berth ports"',
      'warn: option --google-cos-tls-via-metadata has no effect: the engine is set up over SSH',
    ]);
  });
});
