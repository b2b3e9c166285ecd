import { TAG } from '../../src/cloud/owner.js';
import { parsePort } from '../../src/cloud/ports.js';
import type { DriverContext, NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { openCompute } from './client.js';
import { accountOf, instanceName, nameTaken } from './create.js';
import { findExisting } from './existing.js';
import { REPLACED } from './fork-options.js';
import type { GoogleMachine } from './machine.js';
import type { GoogleOptions } from './options.js';
import { planOf } from './plan.js';
import { together } from '../../src/cloud/together.js';

/** Whatever can be refused before anything costs money. @throws Fault, MachineError BadOption, CheckFailed */
export async function checkHost(host: NewHost<GoogleOptions>, context: DriverContext<GoogleMachine>): Promise<void> {
  const { options } = host;
  refuseContradictions(options);
  for (const line of retiredOptions(options)) context.report.warn(line);
  for (const port of options['open-port']) parsePort(port, 'google-open-port');
  const compute = await openCompute(accountOf(options), context);
  if (options['use-existing']) return void (await findExisting(host, compute));
  const instance = instanceName(host);
  const filter = `(name = "${instance}")`;
  const [plan, named] = await together([planOf(host, compute), compute.ask('Instances.aggregatedList', { filter })]);
  const zones = plan.choices.map(({ zone }) => zone);
  for (const { zone = '', labels } of named) {
    const place = zone.split('/').at(-1) ?? '';
    if (zones.includes(place) && labels?.[TAG.id] !== host.id) throw nameTaken(host.name, { instance, zone: place });
  }
}

/** What cannot be true together. @throws MachineError BadOption */
function refuseContradictions(options: GoogleOptions): void {
  if (options['use-internal-ip-only'] && options.address !== undefined)
    throw new MachineError(
      'BadOption',
      'options --google-address and --google-use-internal-ip-only exclude each other',
    );
  if (options.ipv6 && options.subnetwork === undefined)
    throw new MachineError('BadOption', 'option --google-ipv6 wants --google-subnetwork with it');
  const policy = options['maintenance-policy'];
  if (policy !== undefined && !/^(MIGRATE|TERMINATE)$/i.test(policy))
    throw new MachineError(
      'BadOption',
      `option --google-maintenance-policy wants MIGRATE or TERMINATE, got "${policy}"`,
    );
  if (/^migrate$/i.test(policy ?? '') && (options.preemptible || options.accelerator !== undefined))
    throw new MachineError(
      'BadOption',
      'spot instances and those with GPUs want --google-maintenance-policy TERMINATE',
    );
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(options.username))
    throw new MachineError('BadOption', `option --google-username wants a user's name, got "${options.username}"`);
  if (options['location-zone'].length > 0 && options.region === undefined)
    throw new MachineError('BadOption', 'option --google-location-zone wants --google-region with it');
}

/** One line for each option that was given and does nothing any more. */
export function retiredOptions(options: GoogleOptions): readonly string[] {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== false && value !== '');
  return Object.entries(REPLACED).flatMap(([begin, instead]) => {
    const named = given.find(([key]) => key.startsWith(begin));
    return named ? [`option --google-${named[0]} has no effect: ${instead}`] : [];
  });
}
