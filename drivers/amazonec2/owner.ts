import { MachineError } from '../../src/errors.js';
import type { Ask } from './client.js';
import type { Ec2Machine } from './handle.js';

/**
 * Other accounts do not see a machine, which looks gone to them. Groups tell whose account it is that asks: every VPC has one.
 * @throws MachineError CredentialsRefused
 */
export async function refuseOtherAccount({ account = '', name }: Ec2Machine, ask: Ask): Promise<void> {
  if (account === '') return;
  const { SecurityGroups: groups = [] } = await ask((ec2, how) =>
    ec2.describeSecurityGroups({ MaxResults: 1_000 }, how),
  );
  const accounts = groups.flatMap(({ OwnerId: owner }) => owner ?? []);
  if (accounts.length === 0 || accounts.includes(account)) return;
  throw new MachineError(
    'CredentialsRefused',
    `"${name}" is of the AWS account ${account}, and the credentials are of another`,
    { suggestions: ['export AWS_PROFILE=…', 'aws sts get-caller-identity', `berth rm -f ${name}`] },
  );
}
