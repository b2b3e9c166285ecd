import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import { refusal } from '../../standins/azure/world.js';
import { failureOf } from '../../helpers/failure.js';
import { contextOf } from '../contract.js';
import type { StandInAnswer } from '../../standins/server.js';
import { azureHost, azureStand } from './support.js';

describe('what Azure refuses', () => {
  it.each<[string, StandInAnswer, readonly [string, string, string]]>([
    [
      'rights that are missing',
      refusal(403, 'AuthorizationFailed', 'The client does not have authorization.'),
      [
        'CredentialsRefused',
        'Azure: does not accept the credentials (create the machine)',
        'Error: AuthorizationFailed: The client does not have authorization.',
      ],
    ],
    [
      'a quota, among what is not allowed',
      refusal(409, 'OperationNotAllowed', 'Operation results in exceeding approved standardBSFamily Cores quota.'),
      [
        'QuotaReached',
        'Azure: a limit of the account is reached (create the machine)',
        'Error: OperationNotAllowed: Operation results in exceeding approved standardBSFamily Cores quota.',
      ],
    ],
    [
      'places that are taken',
      refusal(409, 'ZonalAllocationFailed', 'Allocation failed. We do not have sufficient capacity.'),
      [
        'OutOfStock',
        'Azure: none of this size is available here now (create the machine)',
        'Error: ZonalAllocationFailed: Allocation failed. We do not have sufficient capacity.',
      ],
    ],
    [
      'what an option names',
      refusal(400, 'InvalidParameter', 'The value of parameter osDisk.diskSizeGB is invalid.'),
      [
        'BadOption',
        'Azure: does not accept an option (create the machine)',
        'Error: InvalidParameter: The value of parameter osDisk.diskSizeGB is invalid.',
      ],
    ],
    [
      'what stands in the way, told by a wrapper',
      {
        status: 409,
        body: {
          error: {
            code: 'Conflict',
            message: 'Failed.',
            details: [{ code: 'DnsRecordInUse', message: 'It is taken.' }],
          },
        },
      },
      [
        'DriverFailed',
        'Azure: something else is in the way (create the machine)',
        'Error: DnsRecordInUse: Failed. It is taken.',
      ],
    ],
    [
      'what it does not know',
      { status: 404, body: 'no such page' },
      [
        'DriverFailed',
        'Azure: what was asked for does not exist (create the machine)',
        'Error: HTTP 404: no such page',
      ],
    ],
  ])('is said of %s', async (_what, answer, [code, message, cause]) => {
    await using world = await azureStand();
    world.standIn.intervene = ({ name }) => (name === 'PUT virtualMachines' ? answer : undefined);

    const failure = await failureOf(driver.create(azureHost(world.options), contextOf(world)));

    expect([failure.code, failure.message, String(failure.cause)]).toEqual([code, message, cause]);
  });
});
