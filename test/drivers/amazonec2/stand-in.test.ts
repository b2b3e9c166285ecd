import { describe, expect, it } from '@jest/globals';
import { parseQuery } from '../../standins/amazonec2/query.js';
import { Refused } from '../../standins/amazonec2/model.js';
import { answerXml } from '../../standins/amazonec2/xml.js';
import { stand } from './stand.js';

function refusalOf(params: Record<string, string>): string {
  try {
    parseQuery(new URLSearchParams({ Version: '2016-11-15', ...params }).toString());
    return 'taken';
  } catch (error) {
    return error instanceof Refused ? `${error.code}: ${error.message}` : String(error);
  }
}

const RUN = { Action: 'RunInstances', MinCount: '1', MaxCount: '1' };

describe('the stand-in of EC2', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'an action',
      { Action: 'RunInstance' },
      'InvalidAction: The action RunInstance is not valid for this web service.',
    ],
    [
      'another version',
      { ...RUN, Version: '2014-01-01' },
      'NoSuchVersion: The requested version (2014-01-01) of service AmazonEC2 does not exist',
    ],
    ['a parameter', { ...RUN, Image: 'x' }, 'UnknownParameter: The parameter Image is not recognized'],
    [
      'a nested parameter',
      { ...RUN, 'Placement.Zone': 'a' },
      'UnknownParameter: The parameter Placement.Zone is not recognized',
    ],
    [
      'a member in small letters',
      { ...RUN, clientToken: 'x' },
      'UnknownParameter: The parameter clientToken is not recognized',
    ],
    [
      'a missing member',
      { Action: 'RunInstances', MinCount: '1' },
      'MissingParameter: The request must contain the parameter MaxCount',
    ],
    ['a word for a number', { ...RUN, MaxCount: 'one' }, "InvalidParameterValue: Invalid value 'one' for MaxCount"],
    [
      'a number for a switch',
      { ...RUN, EbsOptimized: '1' },
      "InvalidParameterValue: Invalid value '1' for EbsOptimized",
    ],
    [
      'a list with a gap',
      { ...RUN, 'SecurityGroupId.2': 'sg-1' },
      'InvalidParameterValue: The list SecurityGroupId has no item 1',
    ],
    [
      'a list without numbers',
      { ...RUN, SecurityGroupId: 'sg-1' },
      "InvalidParameterValue: Invalid value 'sg-1' for SecurityGroupId",
    ],
  ])('refuses %s that EC2 does not know', (_what, params, words) => {
    expect(refusalOf(params)).toBe(words);
  });

  it('reads what the description names, by its type', () => {
    const params = {
      ...RUN,
      'BlockDeviceMapping.1.Ebs.VolumeSize': '16',
      'NetworkInterface.1.SecurityGroupId.1': 'sg-1',
    };

    const { input } = parseQuery(new URLSearchParams({ Version: '2016-11-15', ...params }).toString());

    expect(input).toEqual({
      ...{ MinCount: 1, MaxCount: 1, BlockDeviceMappings: [{ Ebs: { VolumeSize: 16 } }] },
      NetworkInterfaces: [{ Groups: ['sg-1'] }],
    });
  });

  it('cannot answer what the description does not have', () => {
    expect(() => answerXml('DescribeVpcs', { Vpcs: [{ Name: 'x' }] })).toThrow(
      'EC2 answers no member Name in DescribeVpcs.Vpcs',
    );
  });

  it('takes no request without a signature', async () => {
    await using world = await stand();

    const response = await fetch(world.standIn.url, { method: 'POST', body: 'Action=DescribeVpcs&Version=2016-11-15' });

    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });
});
