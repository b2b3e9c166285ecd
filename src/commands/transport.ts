import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { MachineError } from '../errors.js';
import { changeTransport } from '../lifecycle/transport.js';
import { parseName } from '../name.js';
import { engineUrl, type Machine } from '../record.js';

export default class Transport extends MachineCommand {
  static override summary = "Show or change how docker clients reach a machine's engine: tls or ssh.";
  static override description =
    'With tls the engine has a TCP port and speaks mutual TLS there. With ssh it has none: it listens on its unix socket, and all clients go through one SSH connection of this computer. The engine is restarted; its containers go on running.';
  static override examples = ['<%= config.bin %> transport web-1', '<%= config.bin %> transport web-1 ssh'];
  static override usage = 'transport NAME [tls|ssh]';
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'name of the machine' }) };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Transport);
    const [first, wish, ...more] = argv.map(String);
    if (first === undefined) throw misused('expected a machine name as an argument');
    const name = parseName(first);
    if (more.length > 0) throw misused(`expected one machine name and one transport, got "${more[0]}" too`);
    const program = this.programFor(flags);
    if (wish === undefined) return this.show(await program.store.read(name));
    if (wish !== 'tls' && wish !== 'ssh') throw misused(`a transport is tls or ssh, got "${wish}"`);
    const { machine, steps } = await changeTransport(name, wish, program);
    this.log(
      steps.length === 0
        ? `Machine "${name}" needed nothing.`
        : `Clients reach "${name}" by ${wish} now: ${this.config.bin} env ${name}`,
    );
    return { name, transport: wish, url: engineUrl(machine), steps };
  }

  private show(machine: Machine): unknown {
    const transport = WORDS[machine.transport.kind];
    this.log(transport);
    return { name: machine.name, transport, url: engineUrl(machine) };
  }
}

const WORDS: Readonly<Record<Machine['transport']['kind'], string>> = {
  tls: 'tls',
  tunnel: 'ssh',
  ssh: 'ssh',
  url: 'url',
};

function misused(message: string): MachineError {
  return new MachineError('BadUsage', message, {
    suggestions: ['berth transport NAME ssh', 'berth transport NAME tls'],
  });
}
