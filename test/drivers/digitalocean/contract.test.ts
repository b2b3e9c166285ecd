import { digitalocean } from '../../../drivers/digitalocean/index.js';
import { refusal } from '../../standins/digitalocean/world.js';
import { cloudContract } from '../cloud-contract.js';
import { dropletStand } from './stand.js';

const busy = refusal(429, 'too_many_requests', 'API Rate limit exceeded.');

cloudContract(digitalocean, async (machinery) => {
  const { standIn, ...stand } = await dropletStand(machinery);
  return {
    ...stand,
    standIn,
    foreign: () => standIn.foreign(),
    eventually: (lookups) => void (standIn.world.lookupsUntilSeen = lookups),
    refusals: {
      credentials: refusal(401, 'unauthorized', 'Unable to authenticate you.'),
      throttled: { ...busy, headers: { 'retry-after': '0' } },
      quota: {
        call: 'POST /droplets',
        answer: refusal(422, 'unprocessable_entity', 'creating this/these droplet(s) will exceed your droplet limit'),
      },
      stock: {
        call: 'POST /droplets',
        answer: refusal(422, 'unprocessable_entity', 'Size is not available in this region.'),
      },
      input: refusal(422, 'unprocessable_entity', 'You specified an invalid image for Droplet creation.'),
    },
    choices: { region: 'nyc1,nyc3', size: 's-1vcpu-1gb,s-1vcpu-2gb' },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
});
