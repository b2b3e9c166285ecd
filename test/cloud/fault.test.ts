import { asMachineError, Fault, isFault, type FaultKind } from '../../src/cloud/fault.js';
import type { MachineError } from '../../src/errors.js';

const AT = { title: 'Hetzner', doing: 'create server', advice: { quota: ['Ask for a higher limit'] } };

describe('a fault', () => {
  it.each([
    ['credentials', 'CredentialsRefused', 'Hetzner: does not accept the credentials (create server)'],
    ['quota', 'QuotaReached', 'Hetzner: a limit of the account is reached (create server)'],
    ['throttled', 'RateLimited', 'Hetzner: too many requests for too long (create server)'],
    ['stock', 'OutOfStock', 'Hetzner: none of this size is available here now (create server)'],
    ['input', 'BadOption', 'Hetzner: does not accept an option (create server)'],
    ['notFound', 'DriverFailed', 'Hetzner: what was asked for does not exist (create server)'],
    ['conflict', 'DriverFailed', 'Hetzner: something else is in the way (create server)'],
    ['unavailable', 'DriverFailed', 'Hetzner: the provider does not answer as it should (create server)'],
    ['other', 'DriverFailed', 'Hetzner: the provider refuses (create server)'],
  ] as const)('of the kind %s is told as %s', (kind, code, message) => {
    const error = asMachineError(new Fault(kind, 'their words', { code: 'their_code' }), AT) as MachineError;

    expect([error.code, error.message]).toEqual([code, message]);
    expect((error.cause as Error).message).toBe('their_code: their words');
  });

  it('comes with the advice for its kind, and with none for others', () => {
    const suggestions = (kind: FaultKind): string[] =>
      (asMachineError(new Fault(kind, 'words'), AT) as MachineError).suggestions;

    expect([suggestions('quota'), suggestions('input')]).toEqual([['Ask for a higher limit'], []]);
  });

  it('without a code of the provider has its words alone as the cause', () => {
    const { cause } = asMachineError(new Fault('input', 'too long'), AT) as MachineError;

    expect((cause as Error).message).toBe('too long');
  });

  it('leaves every other error as it is', () => {
    const other = new TypeError('a bug');

    expect(asMachineError(other, AT)).toBe(other);
  });

  it('is told by its kind', () => {
    const fault = new Fault('stock', 'none left');

    expect([
      isFault(fault),
      isFault(fault, 'stock', 'quota'),
      isFault(fault, 'quota'),
      isFault(new Error('x')),
    ]).toEqual([true, true, false, false]);
  });
});
