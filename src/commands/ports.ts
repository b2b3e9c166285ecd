import { Args, Flags } from '@oclif/core';
import { portText, parsePort } from '../cloud/ports.js';
import { parseSources } from '../cloud/sources.js';
import { MachineCommand } from '../cli/machine-command.js';
import { renderTable } from '../cli/table.js';
import type { PortRule } from '../driver.js';
import { MachineError } from '../errors.js';
import { changePorts, listPorts, type PortChange } from '../lifecycle/ports.js';
import { parseName } from '../name.js';

const VERBS = ['list', 'open', 'close'];

export default class Ports extends MachineCommand {
  static override summary = "Show and change what the provider's firewall lets through to a machine.";
  static override description =
    'Ports are PORT[-PORT][/tcp|udp]. Opened is for the address that the machine sees this computer call from, unless --from says otherwise; closed is for everybody.';
  static override examples = [
    '<%= config.bin %> ports web-1',
    '<%= config.bin %> ports web-1 open 80 443 --from any',
    '<%= config.bin %> ports web-1 open 2376 --from caller',
    '<%= config.bin %> ports web-1 close 8000-8080/udp',
  ];
  static override usage = 'ports NAME [list|open|close] [PORT...] [--from SOURCE]';
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'name of the machine' }) };
  static override flags = {
    from: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<source>',
      description: 'CIDR block, address, caller or any; repeatable',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Ports);
    const [first, verb = 'list', ...texts] = argv.map(String);
    if (first === undefined) throw misused('expected a machine name as an argument');
    const name = parseName(first);
    if (!VERBS.includes(verb)) throw misused(`ports are listed, opened or closed, got "${verb}"`);
    if (verb === 'list' && (texts.length > 0 || flags.from)) throw misused('a list takes no ports and no --from');
    const program = this.programFor(flags);
    if (verb === 'list') return this.show(await listPorts(name, program));
    if (texts.length === 0) throw misused(`expected ports to ${verb}`);
    return this.show(await changePorts(name, changeOf(verb === 'open' ? 'open' : 'close', texts, flags.from), program));
  }

  private show(rules: readonly PortRule[]): readonly object[] {
    if (!this.jsonEnabled() && rules.length > 0)
      process.stdout.write(renderTable([['PORT', 'FROM'], ...rules.map((rule) => [portText(rule), fromText(rule)])]));
    return rules.map((rule) => ({ port: portText(rule), sources: rule.sources }));
  }
}

function changeOf(verb: PortChange['verb'], texts: readonly string[], from: readonly string[] | undefined): PortChange {
  const ports = texts.map((text) => portNamed(text));
  const sources = from ?? (verb === 'open' ? ['caller'] : undefined);
  return { verb, ports, ...(sources ? { sources: parseSources(sources, 'from') } : {}) };
}

function portNamed(text: string): PortRule {
  try {
    return parsePort(text, 'port');
  } catch {
    throw misused(`a port is PORT[-PORT][/tcp|udp], got "${text}"`);
  }
}

function fromText({ sources }: PortRule): string {
  return sources.includes('0.0.0.0/0') ? 'any' : sources.join(', ');
}

function misused(message: string): MachineError {
  return new MachineError('BadUsage', message, {
    suggestions: ['berth ports NAME', 'berth ports NAME open 80 --from any', 'berth ports NAME close 80'],
  });
}
