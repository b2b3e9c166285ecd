import { cloudContract } from '../cloud-contract.js';
import { toy } from './driver.js';
import { TOY_TOKEN, toyStandIn } from './stand-in.js';

cloudContract(toy, async (machinery) => {
  const standIn = await toyStandIn(machinery);
  return {
    standIn,
    options: { endpoint: standIn.url },
    secrets: { token: TOY_TOKEN },
    foreign: () => standIn.foreign(),
    eventually: (lookups) => void (standIn.unseen = lookups),
    refusals: {
      credentials: { status: 401, body: { error: 'the token is not known' } },
      throttled: { status: 429, headers: { 'retry-after': '0' }, body: { error: 'too fast' } },
      quota: { call: 'POST /servers', answer: { status: 402, body: { error: 'no more than 5 servers' } } },
      stock: { call: 'POST /servers', answer: { status: 412, body: { error: 'none left' } } },
      input: { status: 422, body: { error: 'no such size' } },
    },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
});
