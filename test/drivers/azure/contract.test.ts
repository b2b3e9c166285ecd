import { azure } from '../../../drivers/azure/index.js';
import { refusal } from '../../standins/azure/world.js';
import { cloudContract } from '../cloud-contract.js';
import { azureStand } from './support.js';

cloudContract(azure, async (machinery) => {
  const { standIn, ...stand } = await azureStand(machinery ? { machinery } : {});
  return {
    ...stand,
    standIn,
    foreign: () => standIn.foreign(),
    eventually: (lookups) => void (standIn.lookupsUntilSeen = lookups),
    refusals: {
      credentials: refusal(403, 'AuthorizationFailed', 'The client does not have authorization to perform the action.'),
      throttled: { ...refusal(429, 'TooManyRequests', 'Too many requests.'), headers: { 'retry-after': '0' } },
      quota: {
        call: 'PUT virtualMachines',
        answer: refusal(
          409,
          'OperationNotAllowed',
          'Operation could not be completed as it results in exceeding approved Total Regional Cores quota.',
        ),
      },
      stock: {
        call: 'PUT virtualMachines',
        answer: refusal(409, 'SkuNotAvailable', 'The requested size is currently not available in location westus.'),
      },
      input: refusal(400, 'InvalidParameter', 'The value of parameter osDisk.diskSizeGB is invalid.'),
    },
    choices: { 'availability-zone': '1,2', size: 'Standard_B2s,Standard_D2s_v5' },
  };
});
