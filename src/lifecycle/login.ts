import type { AnyDriverSpec, NewHost } from '../driver.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { MachineFile } from '../store/store.js';
import type { Program } from './program.js';

/** How a new machine will be logged in to, decided before anything exists. */
export interface PreparedLogin {
  readonly machine: Machine;
  /** What the driver plants before the first boot. */
  readonly planted: Pick<NewHost<unknown>, 'publicKey' | 'hostKey'>;
  /** Goes beside the record as soon as there is one. */
  readonly files: Readonly<Partial<Record<MachineFile, string>>>;
}

/** Keys of an unfinished create are used again: the host may have them already. */
export async function prepareLogin(machine: Machine, spec: AnyDriverSpec, program: Program): Promise<PreparedLogin> {
  if (!spec.features.ssh) return { machine, planted: { publicKey: '' }, files: {} };
  if (!spec.features.plantsKeys) return importKey(machine, spec, program);
  const planted = await plantKeys(machine, program);
  return spec.takesOver?.(machine.options) ? withoutHostKey(planted) : planted;
}

export async function writeLogin(name: MachineName, { files }: PreparedLogin, { store }: Program): Promise<void> {
  for (const [file, content] of Object.entries(files) as [MachineFile, string][])
    await store.writeFile(name, file, content);
}

async function plantKeys(machine: Machine, program: Program): Promise<PreparedLogin> {
  const { store } = program;
  const keys = await program.keys();
  const pair = async (
    privateFile: MachineFile,
    publicFile: MachineFile,
  ): Promise<{ privateKey: string; publicKey: string }> => {
    const [privateKey, publicKey] = await Promise.all([
      store.readFile(machine.name, privateFile),
      store.readFile(machine.name, publicFile),
    ]);
    return privateKey === undefined || publicKey === undefined
      ? keys.generateKeyPair(machine.name)
      : { privateKey, publicKey };
  };
  const login = await pair('id_rsa', 'id_rsa.pub');
  const host = await pair('ssh_host_key', 'ssh_host_key.pub');
  return {
    machine: { ...machine, ssh: { ...machine.ssh, keyPath: store.path(machine.name, 'id_rsa') } },
    planted: { publicKey: login.publicKey, hostKey: host },
    files: {
      id_rsa: login.privateKey,
      'id_rsa.pub': login.publicKey,
      ssh_host_key: host.privateKey,
      'ssh_host_key.pub': host.publicKey,
      // Known before the first login; entries of this file count whatever address the machine has.
      known_hosts: `${machine.name} ${host.publicKey.trim()}\n`,
    },
  };
}

/** The host has a key already; its first login finds out which. */
function withoutHostKey({ machine, planted: { publicKey }, files }: PreparedLogin): PreparedLogin {
  const { id_rsa: privateKey = '', 'id_rsa.pub': publicText = '' } = files;
  return { machine, planted: { publicKey }, files: { id_rsa: privateKey, 'id_rsa.pub': publicText } };
}

/** As docker-machine does: the user's key is copied, so that the machine does not depend on where it was. */
async function importKey(machine: Machine, spec: AnyDriverSpec, program: Program): Promise<PreparedLogin> {
  const { keyPath } = spec.login(machine.options);
  if (keyPath === undefined) return { machine, planted: { publicKey: '' }, files: {} };
  const privateKey = await program.readUserFile(keyPath);
  if (privateKey === undefined) {
    throw new MachineError('CheckFailed', `SSH key does not exist: "${keyPath}"`, {
      suggestions: [`Check --${machine.driver}-ssh-key`],
    });
  }
  const publicKey = await program.readUserFile(`${keyPath}.pub`);
  return {
    machine: { ...machine, ssh: { ...machine.ssh, keyPath: program.store.path(machine.name, 'id_rsa') } },
    planted: { publicKey: '' },
    files: { id_rsa: privateKey, ...(publicKey === undefined ? {} : { 'id_rsa.pub': publicKey }) },
  };
}
