import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import SSHConfig from 'ssh-config';
import { MachineError, systemCode } from '../errors.js';
import type { ConnectRequest } from './host.js';

/** Where to go and as whom, once the user's ssh_config has been heard. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** IdentityFile, in order. */
  readonly identityFiles: readonly string[];
  /** IdentitiesOnly: the agent is asked for none but these. */
  readonly identitiesOnly: boolean;
  readonly agentPath?: string;
  /** Hosts on the way, the first one first. */
  readonly jumps: readonly Route[];
  readonly proxyCommand?: string;
}

interface Wanted {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/** Enough for any real chain; more is a circle. */
const MOST_JUMPS = 8;

/** @throws MachineError BadOption when the file cannot be used */
export async function resolveRoute(request: ConnectRequest): Promise<Route> {
  const { target, sshConfigPath, overridable = [] } = request;
  if (sshConfigPath === undefined) return { ...target, ...plainRoute(request.agentPath) };
  const config = SSHConfig.parse(await readConfig(sshConfigPath, request.homeFolder ?? ''));
  const wanted: Wanted = {
    host: target.host,
    ...(overridable.includes('user') ? {} : { user: target.user }),
    ...(overridable.includes('port') ? {} : { port: target.port }),
  };
  return new RouteFinder(config, request).find(wanted, 0);
}

class RouteFinder {
  constructor(
    private readonly config: SSHConfig,
    private readonly request: ConnectRequest,
  ) {}

  find(wanted: Wanted, depth: number): Route {
    if (depth > MOST_JUMPS) {
      throw new MachineError('BadOption', `the jump hosts of "${this.request.target.host}" go round in a circle`);
    }
    const rules = this.rulesFor(wanted);
    const user = wanted.user ?? rules.text('user') ?? this.request.target.user;
    const port = wanted.port ?? Number(rules.text('port') ?? (depth === 0 ? this.request.target.port : 22));
    const host = (rules.text('hostname') ?? wanted.host).replaceAll('%h', wanted.host).replaceAll('%%', '%');
    const expand = (text: string): string =>
      expandTokens(text, { host, port, user, home: this.request.homeFolder ?? '' });
    const agent = rules.text('identityagent');
    const agentPath = agent === undefined || agent === 'SSH_AUTH_SOCK' ? this.request.agentPath : expand(agent);
    const proxyCommand = rules.text('proxycommand');
    const jump = rules.text('proxyjump');
    return {
      host,
      port,
      user,
      identityFiles: rules.list('identityfile').map(expand),
      identitiesOnly: rules.text('identitiesonly')?.toLowerCase() === 'yes',
      ...(agentPath === undefined || agent === 'none' ? {} : { agentPath }),
      jumps: jump === undefined || jump === 'none' ? [] : this.chain(jump, depth),
      ...(jump !== undefined || proxyCommand === undefined || proxyCommand === 'none'
        ? {}
        : { proxyCommand: expand(proxyCommand) }),
    };
  }

  private rulesFor({ host, user }: Wanted): Rules {
    // A user from a Host block is not known to Match blocks, as in ssh itself on its first pass.
    const options = { Host: host, ...(user === undefined ? {} : { User: user }) };
    return new Rules(this.config.compute(options, { ignoreCase: true }));
  }

  /** `[user@]host[:port]` or ssh:// URLs, parted by commas; each is looked up in the file itself. */
  private chain(text: string, depth: number): Route[] {
    return text.split(',').flatMap((hop, index) => {
      const { jumps, ...route } = this.find(parseHop(hop.trim()), depth + 1);
      // As with ssh, only the first host of a list may have jump hosts of its own.
      return [...(index === 0 ? jumps : []), { ...route, jumps: [] }];
    });
  }
}

class Rules {
  constructor(private readonly computed: Readonly<Record<string, string | string[]>>) {}

  text(key: string): string | undefined {
    const value = this.computed[key];
    return Array.isArray(value) ? value.join(' ') : value;
  }

  list(key: string): string[] {
    const value = this.computed[key];
    return value === undefined ? [] : [value].flat();
  }
}

function plainRoute(agentPath: string | undefined): Omit<Route, 'host' | 'port' | 'user'> {
  return { identityFiles: [], identitiesOnly: false, jumps: [], ...(agentPath === undefined ? {} : { agentPath }) };
}

function parseHop(text: string): Wanted {
  const parts = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(text);
  const host = parts?.[2] ?? parts?.[3];
  if (!parts || !host) throw new MachineError('BadOption', `ProxyJump names no host: "${text}"`);
  return { host, ...(parts[1] ? { user: parts[1] } : {}), ...(parts[4] ? { port: Number(parts[4]) } : {}) };
}

/** The tokens of ssh_config(5) that matter for files and proxies. */
function expandTokens(text: string, { host, port, user, home }: Wanted & { readonly home: string }): string {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    h: host,
    n: host,
    p: String(port),
    r: user ?? '',
    d: home,
  };
  const expanded = text.replace(/%([%hnprd])/g, (_token, key: string) => values[key] ?? '');
  return expanded.replace(/^~(?=\/|$)/, home);
}

/** The file with what it includes in place; an absent file is empty. */
async function readConfig(path: string, home: string, depth = 0): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw new MachineError('BadOption', `cannot read the SSH configuration "${path}"`, { cause: error });
  });
  // ssh_config(5) stops at 16 levels too.
  if (depth >= 16 || !/^\s*include\s/im.test(text)) return text;
  const lines = text.split('\n').map(async (line) => {
    const patterns = /^\s*include\s+(.+?)\s*$/i.exec(line)?.[1];
    if (patterns === undefined) return line;
    const files = await Promise.all(patterns.split(/\s+/).map((pattern) => filesOf(pattern, dirname(path), home)));
    return (await Promise.all(files.flat().map((file) => readConfig(file, home, depth + 1)))).join('\n');
  });
  return (await Promise.all(lines)).join('\n');
}

/** Wildcards are understood in the file's name, where people put them. */
async function filesOf(pattern: string, folder: string, home: string): Promise<string[]> {
  const plain = pattern.replace(/^"(.*)"$/, '$1').replace(/^~(?=\/)/, home);
  const path = isAbsolute(plain) ? plain : join(folder, plain);
  const name = path.slice(dirname(path).length + 1);
  if (!/[*?]/.test(name)) return [path];
  const source = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const entries = await readdir(dirname(path)).catch(() => []);
  return entries
    .filter((entry) => new RegExp(`^${source}$`).test(entry))
    .sort()
    .map((entry) => join(dirname(path), entry));
}
