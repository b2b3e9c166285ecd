import type { IncomingMessage, ServerResponse } from 'node:http';

interface Node {
  readonly id: string;
  readonly hostname: string;
  readonly address: string;
  version: number;
  spec: { Role: string; Availability: string; Labels: Record<string, string> };
}

interface Swarm {
  readonly id: string;
  readonly nodes: Map<string, Node>;
  readonly tokens: { Worker: string; Manager: string };
  readonly spec: unknown;
  /** Options of its ingress network. */
  ingress: unknown;
}

type Body = Readonly<Record<string, unknown>>;

/** Engines by their addresses, as far as Swarm mode goes: what one does the others see. */
export class StandInSwarms {
  /** "POST 127.0.0.2 /swarm/join", in order, without questions. */
  readonly asked: string[] = [];
  /** Bodies of the same, in order. */
  readonly bodies: Body[] = [];
  /** Words with which an engine refuses a call, by its "METHOD path". */
  readonly refusals = new Map<string, string>();
  /** Addresses whose engines say nothing. */
  readonly dead = new Set<string>();
  /** Addresses of managers that have no leader. */
  readonly leaderless = new Set<string>();
  /** Updates that come too late because somebody else was faster. */
  conflicts = 0;
  /** Updates of a swarm's own settings. */
  rotations = 0;
  readonly swarms: Swarm[] = [];
  /** Which swarm an engine is in, and as which node. */
  readonly members = new Map<string, { readonly swarm: Swarm; readonly id: string }>();
  #count = 0;

  /** Answers for the engine at an address; false for what is none of Swarm mode. */
  readonly answer = (address: string, request: IncomingMessage, response: ServerResponse): boolean => {
    const [path = ''] = (request.url ?? '').split('?');
    if (!/^\/(info|swarm|nodes|tasks|networks|services)/.test(path)) return false;
    if (this.dead.has(address)) {
      response.destroy();
      return true;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const method = request.method ?? '';
      const body = text === '' ? {} : (JSON.parse(text) as Body);
      if (method !== 'GET') {
        this.asked.push(`${method} ${address} ${path}`);
        this.bodies.push(body);
      }
      const [status, answer] = this.#reply(address, `${method} ${path}`, body);
      response.statusCode = status;
      response.setHeader('content-type', 'application/json');
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
    return true;
  };

  nodesOf(address: string): { hostname: string; role: string; availability: string }[] {
    const nodes = this.members.get(address)?.swarm.nodes.values() ?? [];
    return [...nodes].map(({ hostname, spec }) => ({ hostname, role: spec.Role, availability: spec.Availability }));
  }

  labelsOf(address: string): Readonly<Record<string, string>> | undefined {
    const member = this.members.get(address);
    return member?.swarm.nodes.get(member.id)?.spec.Labels;
  }

  /** The engine at one address ends up in the swarm of the other. */
  join(address: string, manager: string): void {
    const swarm = this.members.get(manager)?.swarm;
    if (swarm) this.#add(address, swarm, { role: 'worker', body: { Availability: 'active' } });
  }

  /** Of nodes that are made here the host's name follows from the address. */
  rename(hostname: string, other: string): void {
    for (const { nodes } of this.swarms)
      for (const [id, node] of nodes) if (node.hostname === hostname) nodes.set(id, { ...node, hostname: other });
  }

  #reply(address: string, call: string, body: Body): [status: number, answer?: unknown] {
    const refusal = this.refusals.get(call);
    if (refusal !== undefined) return [503, { message: refusal }];
    const [, , id = '', action] = call.split(/[ /]+/);
    if (call === 'GET /info') return [200, { Swarm: this.#local(address), ServerVersion: '28.2.2' }];
    if (call.startsWith('GET /networks/')) return [404, { message: 'no such network' }];
    if (call === 'POST /swarm/init') return this.#init(address, body);
    if (call === 'POST /swarm/join') return this.#join(address, body);
    if (call === 'POST /swarm/leave') return this.#leave(address);
    const member = this.members.get(address);
    const node = member?.swarm.nodes.get(member.id);
    if (!member || node?.spec.Role !== 'manager') return [503, { message: 'This node is not a swarm manager.' }];
    if (call === 'GET /swarm')
      return [200, { ID: member.swarm.id, JoinTokens: member.swarm.tokens, Spec: member.swarm.spec }];
    if (call === 'GET /tasks' || call === 'GET /services') return [200, []];
    if (call === 'GET /networks') return [200, [{ Name: 'ingress', Ingress: true, Options: member.swarm.ingress }]];
    if (call === 'DELETE /networks/ingress') return [200];
    if (call === 'POST /networks/create') return [201, void (member.swarm.ingress = body['Options'] ?? {})];
    if (call === 'GET /swarm/unlockkey') return [200, { UnlockKey: 'SWMKEY-1-secret' }];
    if (call === 'POST /swarm/update') {
      this.rotations += 1;
      return [200];
    }
    if (call === 'GET /nodes') return [200, [...member.swarm.nodes.values()].map((one) => this.#node(one))];
    const found = member.swarm.nodes.get(id);
    if (!found) return [404, { message: `node ${id} not found` }];
    if (call.startsWith('GET')) return [200, this.#node(found)];
    if (call.startsWith('DELETE')) return [200, void member.swarm.nodes.delete(id)];
    if (action !== 'update') return [404, { message: 'page not found' }];
    return this.#update(found, body);
  }

  #local(address: string): unknown {
    const member = this.members.get(address);
    if (!member) return { LocalNodeState: 'inactive', NodeID: '', NodeAddr: '', ControlAvailable: false, Error: '' };
    const node = member.swarm.nodes.get(member.id);
    const isManager = node?.spec.Role === 'manager';
    return {
      LocalNodeState: 'active',
      NodeID: member.id,
      NodeAddr: node?.address ?? address,
      ControlAvailable: isManager,
      Error: this.leaderless.has(address) ? 'rpc error: the swarm does not have a leader' : '',
      ...(isManager ? { Cluster: { ID: member.swarm.id } } : {}),
    };
  }

  #init(address: string, body: Body): [number, unknown] {
    if (this.members.has(address)) return [503, { message: 'This node is already part of a swarm.' }];
    const number = this.swarms.length + 1;
    const tokens = { Worker: `SWMTKN-${number}-worker`, Manager: `SWMTKN-${number}-manager` };
    const swarm: Swarm = { id: `swarm${number}`, nodes: new Map(), tokens, spec: body['Spec'], ingress: {} };
    this.swarms.push(swarm);
    return [200, this.#add(address, swarm, { role: 'manager', body })];
  }

  #join(address: string, body: Body): [number, unknown?] {
    if (this.members.has(address)) return [503, { message: 'This node is already part of a swarm.' }];
    for (const swarm of this.swarms) {
      for (const [kind, token] of Object.entries(swarm.tokens)) {
        if (token === body['JoinToken']) {
          this.#add(address, swarm, { role: kind.toLowerCase(), body });
          return [200];
        }
      }
    }
    return [400, { message: 'invalid join token' }];
  }

  #add(address: string, swarm: Swarm, { role, body }: { role: string; body: Body }): string {
    const id = `node${(this.#count += 1)}`;
    const spec = { Role: role, Availability: String(body['Availability']), Labels: {} };
    const wanted = body['AdvertiseAddr'];
    const advertised = typeof wanted === 'string' && wanted !== '' ? wanted : address;
    swarm.nodes.set(id, { id, hostname: `host-${address}`, address: advertised, version: 1, spec });
    this.members.set(address, { swarm, id });
    return id;
  }

  #leave(address: string): [number, unknown?] {
    if (!this.members.delete(address)) return [503, { message: 'This node is not part of a swarm' }];
    return [200];
  }

  #update(node: Node, body: Body): [number, unknown?] {
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      return [500, { message: 'rpc error: code = Unknown desc = update out of sequence' }];
    }
    node.version += 1;
    node.spec = body as unknown as Node['spec'];
    return [200];
  }

  #node({ id, hostname, address, version, spec }: Node): unknown {
    const engine = [...this.members].find(([, member]) => member.id === id)?.[0];
    const isUp = engine !== undefined && !this.dead.has(engine);
    return {
      ID: id,
      Version: { Index: version },
      Spec: spec,
      Description: { Hostname: hostname, Engine: { EngineVersion: '28.2.2' } },
      Status: { State: isUp ? 'ready' : 'down', Addr: address },
      ...(spec.Role === 'manager'
        ? { ManagerStatus: { Reachability: isUp ? 'reachable' : 'unreachable', Addr: `${address}:2377` } }
        : {}),
    };
  }
}
