import { amazonec2 } from '../../../drivers/amazonec2/index.js';
import type { Ec2Options } from '../../../drivers/amazonec2/options.js';
import type { OptionValues } from '../../../src/record.js';
import { amazonec2StandIn, KEYS, type Ec2StandIn } from '../../standins/amazonec2/index.js';
import type { StandInAnswer } from '../../standins/server.js';
import type { CloudStand } from '../cloud-stand.js';
import { defaultsOf } from '../defaults.js';

/** All defaults of the table, and what a test says. */
export function optionsFor(standIn: { readonly url: string }, given: OptionValues = {}): OptionValues & Ec2Options {
  return { ...defaultsOf(amazonec2.options), endpoint: standIn.url, ...given } as OptionValues & Ec2Options;
}

export const SECRETS = { 'access-key': KEYS.accessKey, 'secret-key': KEYS.secretKey };

/** A refusal as EC2 sends it. */
export function refusal(status: number, code: string, message: string): StandInAnswer {
  return {
    status,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>1</RequestID></Response>`,
  };
}

export async function stand(
  given: Parameters<typeof amazonec2StandIn>[0] = {},
  options: OptionValues = {},
): Promise<CloudStand & { readonly standIn: Ec2StandIn; readonly options: OptionValues & Ec2Options }> {
  const standIn = await amazonec2StandIn({ polls: 0, ...given });
  standIn.world('us-east-1');
  return {
    standIn,
    options: optionsFor(standIn, options),
    secrets: SECRETS,
    foreign: () => standIn.foreign(),
    eventually: (lookups) => void (standIn.settings.hiddenLookups = lookups),
    refusals: {
      credentials: refusal(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials'),
      throttled: refusal(503, 'RequestLimitExceeded', 'Request limit exceeded.'),
      quota: { call: 'RunInstances', answer: refusal(400, 'VcpuLimitExceeded', 'more vCPU capacity than your limit') },
      stock: {
        call: 'RunInstances',
        answer: refusal(500, 'InsufficientInstanceCapacity', 'We currently do not have sufficient t3.micro capacity'),
      },
      input: refusal(400, 'InvalidParameterValue', 'Invalid value for parameter instanceType'),
    },
    choices: { zone: 'a,b', 'instance-type': 't3.micro,t3.small' },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
}
