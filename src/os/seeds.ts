import { isIP } from 'node:net';
import { MachineError } from '../errors.js';

/** Of OpenSSH's PROTOCOL.key. */
const KEY_MAGIC = 'openssh-key-v1\0';

/** Lines for authorized_keys. @throws MachineError KeyUnusable for a file that has none, or a private key */
export function parseAuthorizedKeys(text: string, path: string): string {
  if (text.includes('PRIVATE KEY-----'))
    throw new MachineError('KeyUnusable', `a private key is none to log in by: "${tail(path)}"`, {
      suggestions: [`ssh-keygen -y -f ${path} > ${path}.pub`],
    });
  const keys = text.split('\n').filter((line) => /(^|\s)(ssh|ecdsa|sk)-[\w@.-]+ AAAA[\w+/]+=*(\s|$)/.test(line));
  if (keys.length > 0) return text.endsWith('\n') ? text : `${text}\n`;
  throw new MachineError('KeyUnusable', `there is no public key in "${tail(path)}"`);
}

/** @throws MachineError KeyUnusable for what sshd could not read at its start */
export function parseHostKey(text: string, path: string): string {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([A-Za-z0-9+/=\n]+)-----END OPENSSH PRIVATE KEY-----\n?$/.exec(
    text,
  );
  const bytes = Buffer.from(body?.[1] ?? '', 'base64').toString('latin1');
  // After the magic: the cipher's name, which is `none` without a passphrase.
  const isPlain = bytes.startsWith(`${KEY_MAGIC}\0\0\0\x04none`);
  if (isPlain && bytes.includes('\0\0\0\x0bssh-ed25519')) return text.endsWith('\n') ? text : `${text}\n`;
  throw new MachineError('KeyUnusable', `no ed25519 key without a passphrase, in OpenSSH's form: "${tail(path)}"`, {
    suggestions: ["ssh-keygen -t ed25519 -N '' -f ssh_host_ed25519_key"],
  });
}

/** `[MAC=]ADDRESS/PREFIX,GATEWAY[,NAMESERVER…]`, or `MAC=dhcp`, as `berth.net=` has it. @throws MachineError BadOption */
export function parseNetwork(text: string): string {
  const [, mac, rest = ''] = /^(?:([^=]*)=)?(.*)$/.exec(text) ?? [];
  const [place = '', ...others] = rest.split(',');
  const [address = '', prefix = ''] = place.split('/');
  const version = isIP(address);
  const isFixed =
    version !== 0 &&
    /^\d{1,3}$/.test(prefix) &&
    Number(prefix) <= (version === 4 ? 32 : 128) &&
    others.length > 0 &&
    others.every((other, index) => (index === 0 ? isIP(other) === version : isIP(other) !== 0));
  const isMac = mac === undefined || /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac);
  if (isMac && (isFixed || (mac !== undefined && rest === 'dhcp'))) return text;
  throw new MachineError('BadOption', 'option --net wants [MAC=]ADDRESS/PREFIX,GATEWAY,NAMESERVER or MAC=dhcp', {
    suggestions: ['--net 192.0.2.10/24,192.0.2.1,192.0.2.53'],
    cause: new Error(`got ${JSON.stringify(text)}`),
  });
}

/** A path's end, which tells it from others in a line of an error. */
function tail(path: string): string {
  return path.length > 40 ? `…${path.slice(-39)}` : path;
}
