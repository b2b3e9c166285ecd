import type { EngineAddress } from '../engine/ping.js';
import { MachineError } from '../errors.js';
import { engineUrl, type Machine } from '../record.js';
import type { Program } from './program.js';
import { ensureTunnel } from './tunnel-start.js';

/**
 * Where the engine answers and what to show it; a tunnel that leads there is up then.
 * @throws MachineError CertificateInvalid
 */
export async function engineAddress(machine: Machine, program: Program): Promise<EngineAddress> {
  const its = { machine: machine.name, url: engineUrl(machine) };
  if (machine.transport.kind !== 'tunnel') return { ...its, ...(await clientTexts(machine, program)) };
  await ensureTunnel(machine, program);
  return its;
}

/**
 * What is shown to an engine, from the copies beside the record. docker-machine makes none for an engine at a URL: there the
 * store's own pair is shown. @throws MachineError CertificateInvalid
 */
export async function clientTexts(machine: Machine, { store }: Program): Promise<Required<ClientTexts>> {
  const [authority, certificate, privateKey] = await Promise.all([
    store.readFile(machine.name, 'ca.pem'),
    store.readFile(machine.name, 'cert.pem'),
    store.readFile(machine.name, 'key.pem'),
  ]);
  if (authority !== undefined && certificate !== undefined && privateKey !== undefined)
    return { authority, certificate, privateKey };
  const pair = machine.transport.kind === 'url' ? await store.certificates() : undefined;
  if (pair) return { authority: pair.authority.certificate, ...pair.client };
  throw new MachineError('CertificateInvalid', `machine "${machine.name}" has no client certificate`, {
    cause: new Error(store.folder(machine.name)),
    suggestions: [`berth provision ${machine.name}`],
  });
}

type ClientTexts = Pick<EngineAddress, 'authority' | 'certificate' | 'privateKey'>;
