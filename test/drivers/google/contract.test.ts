import { google } from '../../../drivers/google/index.js';
import { googleStandIn, PROJECT, REFUSALS, TOKEN } from '../../standins/google/index.js';
import { invalid } from '../../standins/google/answers.js';
import { cloudContract } from '../cloud-contract.js';
import { optionsFor } from './options.js';

cloudContract(google, async (machinery) => {
  const standIn = await googleStandIn(machinery ? { machinery } : {});
  return {
    standIn,
    options: optionsFor(standIn, { project: PROJECT }),
    environment: { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN },
    foreign: () => standIn.foreign(),
    eventually: (lookups) => void (standIn.world.unseen = lookups),
    refusals: {
      credentials: REFUSALS.credentials,
      throttled: REFUSALS.throttled,
      quota: { call: 'Instances.Insert', answer: REFUSALS.quota },
      stock: { call: 'Instances.Insert', answer: REFUSALS.stock },
      input: invalid("Invalid value for field 'resource.machineType': 'zones/us-central1-a/machineTypes/e2'."),
    },
    choices: { zone: 'us-central1-a,us-central1-f', 'machine-type': 'e2-medium,n1-standard-1' },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
});
