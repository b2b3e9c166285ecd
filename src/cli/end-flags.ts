import { Flags } from '@oclif/core';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { MachineEnd } from '../record.js';

const helpGroup = 'END';

/** When a new machine powers itself off. */
export const endFlags = {
  'stop-after-idle': Flags.string({
    helpGroup,
    helpValue: '<span>',
    default: '',
    description: 'the host powers itself off when no container runs and nobody is connected for so long: 30m, 2h',
  }),
  ttl: Flags.string({
    helpGroup,
    helpValue: '<span>',
    default: '',
    description: 'the host powers itself off when it is so old, and ls and gc call it expired: 8h, 3d',
  }),
};

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** The host looks once a minute. In seconds. */
const SHORTEST = 60;

/** @throws MachineError BadOption; NotSupported where a host that is off could not be started again */
export function endOf(flags: Readonly<Record<string, unknown>>, spec: AnyDriverSpec): MachineEnd | undefined {
  const idleSeconds = spanOf(flags, 'stop-after-idle');
  const ttlSeconds = spanOf(flags, 'ttl');
  if (idleSeconds === undefined && ttlSeconds === undefined) return undefined;
  if (!spec.features.powers)
    throw new MachineError('NotSupported', `the driver ${spec.name} cannot start a host again that is off`);
  return { ...(idleSeconds === undefined ? {} : { idleSeconds }), ...(ttlSeconds === undefined ? {} : { ttlSeconds }) };
}

function spanOf(flags: Readonly<Record<string, unknown>>, name: keyof typeof endFlags): number | undefined {
  const text = flags[name];
  if (typeof text !== 'string' || text === '') return undefined;
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  const seconds = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 0), 0);
  if (parts.map(([part]) => part).join('') === text && seconds >= SHORTEST) return seconds;
  throw new MachineError(
    'BadOption',
    `option --${name} wants a span of a minute or more like 90m or 8h, got "${text}"`,
  );
}
