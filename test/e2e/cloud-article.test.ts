import { expect, it } from '@jest/globals';
import { amazonec2StandIn, KEYS } from '../standins/amazonec2/index.js';
import { VPC } from '../standins/amazonec2/catalog.js';
import { Berth } from './support/berth.js';
import { describeReal } from './support/needs.js';
import { PretendedMachines } from './support/pretended-machines.js';

/** As articles on docker-machine have printed it since 2015; keys and VPC are the reader's own. */
const LINE =
  `create --driver amazonec2 --amazonec2-access-key ${KEYS.accessKey} --amazonec2-ami ami-8b92b4ee ` +
  `--amazonec2-instance-type t2.micro --amazonec2-region us-west-2 --amazonec2-root-size 16 ` +
  `--amazonec2-secret-key ${KEYS.secretKey} --amazonec2-vpc-id ${VPC} --amazonec2-zone a aws-testing`;

describeReal("the articles' command line for EC2", () => {
  it('works as written, with nothing but the endpoint in the environment', async () => {
    using berth = new Berth();
    await using machines = new PretendedMachines(() => berth.store, 0);
    await using standIn = await amazonec2StandIn({ machinery: machines });
    berth.environment['AWS_ENDPOINT'] = standIn.url;

    const stdout = await berth.ok(...LINE.split(' '));

    expect(stdout).toBe(
      'To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: berth env aws-testing\n',
    );
    expect(await berth.ok('ls', '--format', '{{.Name}} {{.DriverName}} {{.State}}')).toBe(
      'aws-testing amazonec2 Running\n',
    );
    expect(standIn.requests.find(({ action }) => action === 'RunInstances')?.input).toMatchObject({
      ...{ ImageId: 'ami-8b92b4ee', InstanceType: 't2.micro', Placement: { AvailabilityZone: 'us-west-2a' } },
      BlockDeviceMappings: [{ Ebs: { VolumeSize: 16 } }],
    });
    await berth.ok('rm', '-y', 'aws-testing');
    expect(standIn.left()).toEqual([]);
  }, 60_000);
});
