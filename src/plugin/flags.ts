import { MachineError } from '../errors.js';
import type { OptionValues } from '../record.js';
import { TypedData, type GobType } from './gob/encode.js';
import { GobAny, isStruct, type GobStruct, type GobValue } from './gob/types.js';
import { keyOf, type PluginFlag } from './options.js';
import type { Argument } from './rpc.js';
import { SHARED_FLAGS } from './shared-flags.js';

const MOST_FLAGS = 500;
const LONGEST_HELP = 200;
const FLAG_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Understands the answer of GetCreateFlags. @throws MachineError DriverFailed */
export function readFlags(driver: string, reply: GobValue): PluginFlag[] {
  if (!Array.isArray(reply) || reply.length > MOST_FLAGS) throw lie(driver, 'no list of options');
  return (reply as readonly GobValue[]).map((item) => {
    if (!(item instanceof GobAny) || !isStruct(item.value)) throw lie(driver, 'an option that is none');
    return readFlag(driver, item.name, item.value);
  });
}

function readFlag(driver: string, type: string, { Name, Usage, EnvVar, Value }: GobStruct): PluginFlag {
  if (typeof Name !== 'string' || !FLAG_NAME.test(Name)) throw lie(driver, 'an option without a proper name');
  const shared = {
    name: Name,
    help: helpOf(Usage),
    env: typeof EnvVar === 'string' && ENV_NAME.test(EnvVar) ? EnvVar : '',
  };
  switch (type.replace(/^.*\./, '')) {
    case 'StringFlag':
      return { ...shared, kind: 'string', value: typeof Value === 'string' ? Value : '' };
    case 'IntFlag':
      return { ...shared, kind: 'integer', value: typeof Value === 'number' ? Value : 0 };
    case 'BoolFlag':
      return { ...shared, kind: 'boolean', value: false };
    case 'StringSliceFlag':
      return { ...shared, kind: 'list', value: Array.isArray(Value) ? Value.map(String) : [] };
    default:
      throw lie(driver, `an option of the unknown kind ${JSON.stringify(type.slice(0, 40))}`);
  }
}

/** One short line without full stop. */
function helpOf(usage: GobValue | undefined): string {
  const words = typeof usage === 'string' ? usage.replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ').trim() : '';
  return words.slice(0, LONGEST_HELP).replace(/\.$/, '');
}

function lie(driver: string, fact: string): MachineError {
  return new MachineError('DriverFailed', `driver "${driver}" declares ${fact}`);
}

const TEXTS: GobType = { kind: 'slice', elem: 'string' };
const RPC_FLAGS: GobType = {
  kind: 'struct',
  name: 'RPCFlags',
  fields: { Values: { kind: 'map', key: 'string', elem: 'interface' } },
};
/** The argument of SetConfigFromFlags: every flag of docker-machine and of the driver, each of the kind it was declared with. */
export function flagValues(driver: string, flags: readonly PluginFlag[], given: OptionValues): Argument {
  const values = new Map<string, TypedData>();
  values.set('driver', new TypedData('string', 'string', driver));
  for (const flag of [...SHARED_FLAGS, ...flags]) values.set(flag.name, typed(flag, given[keyOf(driver, flag.name)]));
  return { type: 'interface', data: new TypedData('*rpcdriver.RPCFlags', RPC_FLAGS, { Values: values }) };
}

function typed(flag: PluginFlag, given: OptionValues[string]): TypedData {
  switch (flag.kind) {
    case 'string':
      return new TypedData('string', 'string', typeof given === 'string' ? given : flag.value);
    case 'integer':
      return new TypedData('int', 'int', typeof given === 'number' ? given : flag.value);
    case 'boolean':
      return new TypedData('bool', 'bool', given === true);
    case 'list':
      return new TypedData('[]string', TEXTS, Array.isArray(given) ? (given as readonly string[]) : flag.value);
  }
}
