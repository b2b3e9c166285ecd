import { join, posix, win32 } from 'node:path';
import type { JsonObject, TlsPaths } from '../record.js';
import { textAt } from './fields.js';

/** The folder of a path that another computer, perhaps one with Windows, wrote down. */
export function folderOf(path: string): string {
  return posix.dirname(path.replaceAll('\\', '/'));
}

export function fileOf(path: string): string {
  return posix.basename(path.replaceAll('\\', '/'));
}

/** Whether the path is an absolute one on any system; docker-machine's own migrations left relative ones that lead nowhere. */
export function isAbsolute(path: string): boolean {
  return win32.isAbsolute(path);
}

/**
 * Files of an authority that does not stand in the store's certs/, as --tls-ca-cert and its kin name them; those in the
 * machine's own folder, where an import puts them, are wherever that is now.
 */
export function customPaths(auth: JsonObject, machineFolder: string): TlsPaths | undefined {
  const certDir = textAt(auth, 'CertDir');
  const written = textAt(auth, 'StorePath');
  // In records of version 2 it is the store's own folder.
  const isMachineFolder = isAbsolute(written) && fileOf(folderOf(written)) === 'machines';
  const usual = isAbsolute(certDir) ? folderOf(`${certDir}/.`) : undefined;
  const own = isMachineFolder ? folderOf(`${written}/.`) : undefined;
  const custom = (key: string): string | undefined => {
    const path = textAt(auth, key);
    const folder = folderOf(path);
    if (folder === own) return join(machineFolder, fileOf(path));
    return path === '' || usual === undefined || folder === usual ? undefined : path;
  };
  const [caCert, caKey, clientCert, clientKey] = [
    'CaCertPath',
    'CaPrivateKeyPath',
    'ClientCertPath',
    'ClientKeyPath',
  ].map(custom);
  if (caCert === undefined && caKey === undefined && clientCert === undefined && clientKey === undefined)
    return undefined;
  return {
    ...(caCert && { caCert }),
    ...(caKey && { caKey }),
    ...(clientCert && { clientCert }),
    ...(clientKey && { clientKey }),
  };
}
