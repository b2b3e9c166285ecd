import { isDeepStrictEqual } from 'node:util';
import { defineDriver, type AnyDriverSpec, type MachineState, type PortRule, type Ports } from '../../../src/driver.js';
import { MachineError } from '../../../src/errors.js';

interface Server {
  state: MachineState;
  address: string;
}

/** A stand-in cloud: what it made, what it was asked, and where it goes wrong. */
export class Provider {
  /** By the id that every retry of one create carries. */
  readonly servers = new Map<string, Server>();
  /** Verbs in order: "create web-1", "remove <id>" … */
  readonly calls: string[] = [];
  /** The token that came with create and remove. */
  readonly tokens: (string | undefined)[] = [];
  /** Runs after the handle is kept, before create returns. */
  duringCreate: (name: string) => Promise<void> = async () => {};
  /** Runs before anything else in check. */
  duringCheck: (name: string) => Promise<void> = async () => {};
  /** Words with which the provider refuses to remove anything. */
  refusal: string | undefined;
  /** Where servers are from their next start on. */
  nextAddress = '127.0.0.1';
  /** Addresses of machines that have one of their own, by name. */
  readonly addresses = new Map<string, string>();
  /** What its firewall lets in, by the id of a server; undefined: it has none. */
  rules: Map<string, readonly PortRule[]> | undefined;
  /** What its firewall knows nothing of. */
  lacks: readonly PortRule['protocol'][] = [];
  readonly spec: AnyDriverSpec = this.#define();

  #server(id: string): Server | undefined {
    return this.servers.get(id);
  }

  #define() {
    return defineDriver({
      name: 'fake',
      title: 'Stand-in',
      options: {
        size: { kind: 'string', default: 'small', help: 'size of the server' },
        token: { kind: 'string', secret: true, env: 'FAKE_TOKEN', help: 'API token' },
        'engine-port': { kind: 'integer', default: 2376, help: 'TCP port of the engine' },
      },
      features: { plantsKeys: true, powers: true, ssh: true, local: false },
      toStored: (_options, resource: { readonly id: string } | undefined) => ({ ServerId: resource?.id ?? '' }),
      fromStored: () => ({ options: {} }),
      login: () => ({ user: 'root', port: 22 }),
      enginePort: (options) => options['engine-port'],
      load: async () => ({
        check: async ({ name }) => {
          this.calls.push(`check ${name}`);
          await this.duringCheck(name);
        },
        create: async ({ name, id }, context, resource) => {
          this.calls.push(`create ${name}${resource ? ` again, having ${resource.id}` : ''}`);
          this.tokens.push(context.secrets['token']);
          this.servers.set(
            id,
            this.#server(id) ?? {
              state: 'running',
              address: this.addresses.get(name) ?? this.nextAddress,
            },
          );
          await context.keep({ id });
          await this.duringCreate(name);
          return { id };
        },
        state: async ({ id }) => this.#server(id)?.state ?? 'gone',
        target: async ({ id }) => ({ host: this.#server(id)?.address ?? '', port: 22, user: 'root' }),
        start: async ({ id }) => {
          this.calls.push('start');
          this.servers.set(id, { state: 'running', address: this.nextAddress });
        },
        ...(this.rules ? { ports: this.#ports(this.rules) } : {}),
        stop: ({ id }) => this.#halt('stop', id),
        kill: ({ id }) => this.#halt('kill', id),
        remove: async ({ id }, { secrets }) => {
          this.tokens.push(secrets['token']);
          this.calls.push(`remove ${id}`);
          if (this.refusal !== undefined) {
            const cause = new Error(this.refusal);
            throw new MachineError('DriverFailed', 'the provider refused to remove the server', { cause });
          }
          this.servers.delete(id);
        },
      }),
    });
  }

  /** One rule a port and source, as clouds keep them. */
  #ports(rules: Map<string, readonly PortRule[]>): Ports<{ readonly id: string }> {
    const each = (wanted: readonly PortRule[]): readonly PortRule[] =>
      wanted.flatMap((rule) => rule.sources.map((source) => ({ ...rule, sources: [source] })));
    const isIn = (rule: PortRule, all: readonly PortRule[]): boolean => all.some((one) => isDeepStrictEqual(one, rule));
    return {
      lacks: this.lacks,
      list: async ({ id }) => rules.get(id) ?? [],
      open: async ({ id }, wanted) => {
        if (wanted.some(({ protocol }) => this.lacks.includes(protocol)))
          throw new MachineError('NotSupported', 'the firewall knows no such protocol');
        const present = rules.get(id) ?? [];
        rules.set(id, [...present, ...each(wanted).filter((rule) => !isIn(rule, present))]);
      },
      close: async ({ id }, unwanted) => {
        rules.set(
          id,
          (rules.get(id) ?? []).filter((rule) => !isIn(rule, each(unwanted))),
        );
      },
    };
  }

  async #halt(verb: string, id: string): Promise<void> {
    this.calls.push(verb);
    const server = this.#server(id);
    if (server) server.state = 'stopped';
  }
}
