import { hetzner } from '../../../drivers/hetzner/index.js';
import { refusal } from '../../standins/hetzner/index.js';
import { cloudContract } from '../cloud-contract.js';
import { hetznerStand } from './support.js';

cloudContract(hetzner, async (machinery) => {
  const { standIn, ...stand } = await hetznerStand({}, machinery);
  return {
    ...stand,
    standIn,
    foreign: () => standIn.foreign(),
    eventually: (lookups) => void (standIn.world.lookupsUntilSeen = lookups),
    refusals: {
      credentials: refusal(401, 'unauthorized', 'unable to authenticate'),
      throttled: {
        ...refusal(429, 'rate_limit_exceeded', 'limit of 3600 requests per hour reached'),
        headers: { 'ratelimit-limit': '3600', 'ratelimit-remaining': '0', 'ratelimit-reset': '0' },
      },
      quota: { call: 'POST /servers', answer: refusal(403, 'resource_limit_exceeded', 'server limit exceeded') },
      stock: { call: 'POST /servers', answer: refusal(412, 'resource_unavailable', 'server type is unavailable') },
      input: refusal(422, 'invalid_input', 'invalid input', 'labels'),
    },
    choices: { 'server-location': 'fsn1,nbg1', 'server-type': 'cx23,cpx22' },
  };
});
