import { isFault } from '../../src/cloud/fault.js';
import { array, text, type Found } from '../../src/cloud/found.js';
import { portText } from '../../src/cloud/ports.js';
import type { DriverContext, PortRule, Ports } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { connect, propertiesOf, type Arm } from './client.js';
import { told } from './faults.js';
import type { AzureMachine } from './handle.js';
import { at, below } from './places.js';
import { lets, nameOf, portsIn, rulesOf, splitByFamily, takenBy } from './rules.js';

type Context = DriverContext<AzureMachine>;

/** How often another one may take the priority that was free a moment ago. */
const TRIES = 5;

export const ports: Ports<AzureMachine> = {
  list: (resource, context) => told('look at the ports', async () => portsIn((await groupOf(resource, context)).rules)),

  open: (resource, wanted, context) =>
    told('open a port', async () => {
      for (const rule of wanted.flatMap(splitByFamily)) await openOne(resource, rule, context);
    }),

  close: (resource, unwanted, context) =>
    told('close a port', async () => {
      const { arm, group, rules, isOwn } = await groupOf(resource, context);
      if (!isOwn) return;
      for (const rule of unwanted.flatMap(splitByFamily)) {
        const found = rules.find(({ name }) => name === nameOf(rule));
        if (!found) continue;
        const rest = sourcesOf(found).filter((source) => !rule.sources.includes(source));
        const place = below(group, `securityRules/${nameOf(rule)}`);
        if (rest.length === 0) await arm.remove(place);
        else await arm.put(place, { properties: { ...withSources(found, rest) } });
      }
    }),
};

/** Blocks of addresses join those that the rule of these ports has already. */
async function openOne(resource: AzureMachine, rule: PortRule, context: Context): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { arm, group, rules, isOwn } = await groupOf(resource, context);
    if (isOpen(rule, portsIn(rules))) return;
    // Rules of the user's own, or the network that the machine is reached in, are the user's arrangement.
    if (!isOwn && (resource.reach === 'private' || lets(rules, rule))) return;
    if (!isOwn) throw closed(resource, rule);
    const found = rules.find(({ name }) => name === nameOf(rule));
    const sources = [...new Set([...(found ? sourcesOf(found) : []), ...rule.sources])];
    const others = rules.filter((one) => one !== found);
    const [wanted] = rulesOf([{ ...rule, sources }], takenBy(others));
    if (!wanted) return;
    const properties = found ? { ...wanted.properties, priority: propertiesOf(found)['priority'] } : wanted.properties;
    try {
      await arm.put(below(group, `securityRules/${wanted.name}`), { properties });
      return;
    } catch (error) {
      const isTaken = isFault(error) && error.code === 'SecurityRuleConflict';
      if (!isTaken || tries >= TRIES) throw error;
    }
  }
}

function isOpen(wanted: PortRule, open: readonly PortRule[]): boolean {
  return wanted.sources.every((source) =>
    open.some(
      (rule) =>
        rule.protocol === wanted.protocol &&
        rule.from <= wanted.from &&
        rule.to >= wanted.to &&
        rule.sources.includes(source),
    ),
  );
}

interface Group {
  readonly arm: Arm;
  readonly group: ReturnType<typeof at>;
  readonly rules: readonly Found[];
  readonly isOwn: boolean;
}

/** The machine's own security group, or the user's where its interface has that one. */
async function groupOf(resource: AzureMachine, context: Context): Promise<Group> {
  const arm = connect(resource, context);
  const own = at(resource, 'nsg', resource.nsg);
  const group = resource.nsg === '' ? await groupOfInterface(resource, arm) : own;
  const found = group ? await arm.find(group) : undefined;
  const rules = array(propertiesOf(found)['securityRules']);
  return { arm, group: group ?? own, rules, isOwn: resource.nsg !== '' };
}

async function groupOfInterface(resource: AzureMachine, arm: Arm): Promise<ReturnType<typeof at> | undefined> {
  const nic = await arm.find(at(resource, 'nic', resource.nic));
  const group = propertiesOf(nic)['networkSecurityGroup'] as { id?: unknown } | undefined;
  const id = text(group?.id);
  return id === '' ? undefined : { path: id, version: at(resource, 'nsg', 'x').version };
}

function closed(resource: AzureMachine, rule: PortRule): MachineError {
  return new MachineError(
    'NotSupported',
    `the security group of "${resource.name}" is yours, berth does not change it`,
    {
      suggestions: [`Open ${portText(rule)} in it yourself`, 'Create the machine without --azure-nsg'],
    },
  );
}

function sourcesOf(rule: Found): readonly string[] {
  return portsIn([rule]).flatMap(({ sources }) => sources);
}

function withSources(rule: Found, sources: readonly string[]): Found {
  const { sourceAddressPrefix: _one, provisioningState: _state, ...rest } = propertiesOf(rule);
  return { ...rest, sourceAddressPrefixes: sources };
}
