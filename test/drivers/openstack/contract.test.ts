import { openstack } from '../../../drivers/openstack/index.js';
import { fault, keystoneError } from '../../standins/openstack/index.js';
import { cloudContract } from '../cloud-contract.js';
import { openstackStand } from './support.js';

cloudContract(openstack, async (machinery) => {
  const { standIn, ...stand } = await openstackStand(
    { 'floatingip-pool': 'public', 'boot-from-volume': true },
    machinery,
  );
  return {
    ...stand,
    standIn,
    foreign: () => standIn.foreign(),
    eventually: (lookups) => void (standIn.world.lookupsUntilSeen = lookups),
    refusals: {
      credentials: keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.').answer,
      throttled: {
        status: 413,
        body: { overLimit: { code: 413, message: 'This request was rate-limited.', retryAfter: '0' } },
      },
      quota: {
        call: 'POST /compute/v2.1/servers',
        answer: fault(
          403,
          'forbidden',
          'Quota exceeded for instances: Requested 1, but already used 10 of 10 instances',
        ).answer,
      },
      input: fault(400, 'badRequest', 'Invalid flavorRef provided.').answer,
    },
  };
});
