import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { AnyAuthMethod, BaseAgent, ParsedKey } from 'ssh2';
import { MachineError, systemCode } from '../errors.js';
import type { ConnectRequest } from './host.js';
import { needsPassphrase, parsePrivateKey } from './keys.js';
import type { Route } from './ssh-config.js';

/** What will be offered to a server, in order, and how messages tell it. */
export interface LoginPlan {
  readonly methods: readonly AnyAuthMethod[];
  /** The private key that is the first of them, if one is. */
  readonly firstKey?: ParsedKey | undefined;
  /** 'key "/path/id_rsa" and 2 keys of the agent' */
  readonly tried: string;
}

/** Names that ssh itself tries, likeliest first. */
const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
/** Users that images of clouds and distributions let in, likeliest first. */
const LIKELY_USERS = ['root', 'debian', 'ubuntu', 'admin', 'ec2-user'];

/**
 * Reads keys and asks the agent, once for all attempts; a passphrase is asked for only when nothing else can be tried.
 * @throws MachineError KeyUnusable
 */
export async function planLogin(route: Route, request: ConnectRequest): Promise<LoginPlan> {
  const agent = await readAgent(route.agentPath);
  const named = request.keyPath === undefined ? route.identityFiles : [request.keyPath];
  const candidates = named.length > 0 ? named : defaultIdentities(request.homeFolder);
  const mustExist = request.keyPath !== undefined;
  const files = (await Promise.all(candidates.map((path) => readKey(path, mustExist)))).filter(
    (file) => file !== undefined,
  );
  const open = files.filter(({ key }) => key !== undefined);
  const locked = files.filter(({ key }) => key === undefined);
  const keys = [...open, ...(await unlockIfNeeded({ locked, hasOther: open.length > 0, agent, mustExist }, request))];
  const username = route.user;
  return {
    firstKey: keys[0]?.key,
    methods: [
      ...keys.flatMap(({ key }): AnyAuthMethod[] => (key ? [{ type: 'publickey', username, key }] : [])),
      ...(agent && agent.keys.length > 0 && !route.identitiesOnly
        ? [{ type: 'agent', username, agent: agent.agent } as const]
        : []),
      // Last, since it costs an exchange: some servers let in whoever comes from the right network.
      { type: 'none', username },
    ],
    tried: describe(
      keys.map(({ path }) => path),
      route.identitiesOnly ? 0 : (agent?.keys.length ?? 0),
    ),
  };
}

/** @param cause what the server said */
export function refusedLogin(route: Route, plan: LoginPlan, cause: unknown): MachineError {
  const where = `${route.user}@${route.host}:${route.port}`;
  const others = LIKELY_USERS.filter((user) => user !== route.user).join(', ');
  return new MachineError('LoginRefused', `${where} refused the login: ${plan.tried}`, {
    suggestions: [
      `Log in as the user the image expects: ${others} …`,
      `Check that the public key stands in ~${route.user}/.ssh/authorized_keys on the host`,
    ],
    cause,
  });
}

interface KeyFile {
  readonly path: string;
  /** Absent while the passphrase is not known. */
  readonly key?: ParsedKey;
  readonly text: Buffer;
}
interface AgentKeys {
  readonly agent: BaseAgent;
  /** Public halves as they travel. */
  readonly keys: readonly Buffer[];
}

interface Locked {
  readonly locked: readonly KeyFile[];
  readonly hasOther: boolean;
  readonly agent: AgentKeys | undefined;
  readonly mustExist: boolean;
}

async function unlockIfNeeded(
  { locked, hasOther, agent, mustExist }: Locked,
  request: ConnectRequest,
): Promise<KeyFile[]> {
  const [first] = locked;
  if (first === undefined || (await agentHolds(agent, first.path))) return [];
  // A key that the user named is wanted before any key of the agent; a default identity is not.
  if (!mustExist && (hasOther || (agent?.keys.length ?? 0) > 0)) return [];
  if (request.askPassphrase) return [await unlock(first, request.askPassphrase)];
  if ((agent?.keys.length ?? 0) > 0) return [];
  throw new MachineError('KeyUnusable', `the private key "${first.path}" needs a passphrase`, {
    suggestions: [`ssh-add ${first.path}`, 'Run the command on a terminal, where the passphrase can be asked for'],
  });
}

async function unlock(file: KeyFile, ask: (keyPath: string) => Promise<string>): Promise<KeyFile> {
  const key = parsePrivateKey(file.text, await ask(file.path));
  if (!(key instanceof Error)) return { ...file, key };
  throw new MachineError('KeyUnusable', `the passphrase does not open the private key "${file.path}"`, {
    suggestions: [`ssh-add ${file.path}`],
    cause: key,
  });
}

/** The public half beside an encrypted key says whether the agent has it open. */
async function agentHolds(agent: AgentKeys | undefined, path: string): Promise<boolean> {
  if (!agent) return false;
  const line = await readFile(`${path}.pub`, 'utf8').catch(() => '');
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  return agent.keys.some((key) => key.equals(blob));
}

function defaultIdentities(homeFolder: string | undefined): string[] {
  return homeFolder === undefined ? [] : DEFAULT_IDENTITIES.map((name) => join(homeFolder, '.ssh', name));
}

async function readKey(path: string, mustExist: boolean): Promise<KeyFile | undefined> {
  try {
    const text = await readFile(path);
    const key = parsePrivateKey(text);
    if (!(key instanceof Error)) return { path, key, text };
    if (needsPassphrase(key)) return { path, text };
    if (!mustExist) return undefined;
    throw new MachineError('KeyUnusable', `"${path}" holds no usable private key`, { cause: key });
  } catch (error) {
    if (error instanceof MachineError) throw error;
    if (!mustExist) return undefined;
    const fact = systemCode(error) === 'ENOENT' ? 'there is no private key' : 'cannot read the private key';
    throw new MachineError('KeyUnusable', `${fact} "${path}"`, { cause: error });
  }
}

/** An agent that cannot be asked is no agent: a stale SSH_AUTH_SOCK is common. */
async function readAgent(path: string | undefined): Promise<AgentKeys | undefined> {
  if (!path) return undefined;
  const agent = ssh2.createAgent(path);
  return new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      if (error || !keys) return resolve(undefined);
      resolve({ agent, keys: keys.map(publicBlob) });
    });
  });
}

/** Agents answer with parsed keys; other forms that the types allow are treated alike. */
function publicBlob(key: unknown): Buffer {
  if (Buffer.isBuffer(key)) return key;
  const parsed = [ssh2.utils.parseKey(key as ParsedKey)].flat()[0];
  return parsed === undefined || parsed instanceof Error ? Buffer.alloc(0) : parsed.getPublicSSH();
}

function describe(paths: readonly string[], agentKeys: number): string {
  const files =
    paths.length === 0 ? [] : [`key${paths.length > 1 ? 's' : ''} ${paths.map((path) => `"${path}"`).join(', ')}`];
  const agent = agentKeys === 0 ? [] : [`${agentKeys} key${agentKeys > 1 ? 's' : ''} of the agent`];
  const all = [...files, ...agent];
  return all.length === 0 ? 'there was no key to try' : `tried ${all.join(' and ')}`;
}
