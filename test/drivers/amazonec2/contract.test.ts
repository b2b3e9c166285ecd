import { amazonec2 } from '../../../drivers/amazonec2/index.js';
import { cloudContract } from '../cloud-contract.js';
import { stand } from './stand.js';

cloudContract(amazonec2, (machinery) => stand({ ...(machinery ? { machinery } : {}) }));
