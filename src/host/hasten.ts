import type { Client, ParsedKey } from 'ssh2';

/** What of ssh2 is taken in hand here; its types leave it out. */
interface Internals {
  readonly _protocol: {
    service: (name: string) => void;
    authPK: (user: string, key: unknown, algorithm?: string, sign?: Signer) => void;
    readonly _handlers: {
      SERVICE_ACCEPT: (protocol: unknown, name: string) => void;
      GLOBAL_REQUEST: (protocol: unknown, name: string, ...rest: readonly unknown[]) => void;
    };
  };
}
type Signer = (data: Buffer, signed: (signature: Buffer) => void) => void;

/** What each algorithm of an RSA key hashes with (RFC 8332 §3); keys of other types have one way to sign. */
const HASHES: Readonly<Record<string, string>> = {
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
  'ssh-rsa': 'sha1',
};

/**
 * Spares a login three round trips that the protocol does not ask for (RFC 4252 §7, RFC 4253 §10): a private key signs at
 * once, instead of asking whether its public half would do; the first request goes out behind that for the service; and a
 * list of the host's keys stays unanswered.
 * @param first the key that is offered first; without one the answer to the request for the service is waited for
 */
export function hasten(client: Client, first: ParsedKey | undefined): void {
  const protocol = (client as unknown as Internals)._protocol;
  signAtOnce(protocol);
  passOverHostKeys(protocol);
  // Which algorithm an RSA key may sign with stands in a message that can come as late as that answer.
  if (first !== undefined && first.type !== 'ssh-rsa') requestBehindService(protocol);
}

function signAtOnce(protocol: Internals['_protocol']): void {
  const authPK = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    if (sign !== undefined || !isPrivate(key)) return authPK(user, key, algorithm, sign);
    authPK(user, key, algorithm, (data, signed) => {
      const signature: unknown = key.sign(data, HASHES[algorithm ?? '']);
      if (Buffer.isBuffer(signature)) signed(signature);
      // ssh2 goes on with the next key when the answer to this question makes it sign.
      else authPK(user, key, algorithm);
    });
  };
}

/** Keys of an agent are only public halves. */
function isPrivate(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'isPrivateKey' in key && (key as ParsedKey).isPrivateKey();
}

function requestBehindService(protocol: Internals['_protocol']): void {
  const service = protocol.service.bind(protocol);
  const accepted = protocol._handlers.SERVICE_ACCEPT;
  protocol.service = (name) => {
    service(name);
    // The answer itself says nothing more: a server that refuses the service ends the connection.
    protocol._handlers.SERVICE_ACCEPT = () => {};
    accepted(protocol, name);
  };
}

/**
 * OpenSSH tells all its keys after each login. ssh2 has it prove them, which nobody here wants to know, and the answer holds up
 * what the server says next: sshd leaves Nagle's algorithm on until the first command runs.
 */
function passOverHostKeys({ _handlers: handlers }: Internals['_protocol']): void {
  const answer = handlers.GLOBAL_REQUEST;
  handlers.GLOBAL_REQUEST = (protocol, name, ...rest) => {
    if (name !== 'hostkeys-00@openssh.com') answer(protocol, name, ...rest);
  };
}
