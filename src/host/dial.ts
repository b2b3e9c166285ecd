import type { Duplex } from 'node:stream';
import { isMachineError, MachineError } from '../errors.js';
import type { Connection } from './connection.js';

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254 §5.1): what sshd says where its configuration forbids it. */
const PROHIBITED = 1;

/**
 * A connection to a unix socket of the host (direct-streamlocal@openssh.com, in OpenSSH since 6.7).
 * @throws MachineError EngineUnreachable when the host refuses, HostUnreachable when the connection is lost
 */
export async function dial(connection: Connection, socketPath: string): Promise<Duplex> {
  try {
    const { channel } = await connection.open((client, opened) =>
      client.openssh_forwardOutStreamLocal(socketPath, opened),
    );
    return channel;
  } catch (error) {
    if (!isMachineError(error, 'CommandFailed')) throw error;
    throw refused(connection.name, { socketPath, cause: error.cause });
  }
}

function refused(name: string, { socketPath, cause }: { socketPath: string; cause: unknown }): MachineError {
  const isProhibited = cause instanceof Error && 'reason' in cause && cause.reason === PROHIBITED;
  return new MachineError(
    'EngineUnreachable',
    isProhibited
      ? `sshd of ${name} does not forward connections to the engine's socket`
      : `no engine answers at ${socketPath} of ${name}, or the login user may not use it`,
    {
      cause,
      suggestions: isProhibited
        ? ['Set AllowStreamLocalForwarding to yes in sshd_config of the host']
        : [`berth ssh ${name} systemctl status docker`, `berth provision ${name}`],
    },
  );
}
