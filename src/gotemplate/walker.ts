import type { Budget, Output } from './budget.js';
import { fromBytes, toBytes } from './bytes.js';
import { assign, evaluatePipeline, type Frame, type Here } from './evaluator.js';
import { Fault, templateError } from './fault.js';
import { nodeText, type Branch, type Node } from './nodes.js';
import type { Templates } from './parser.js';
import { print, printArgument } from './printer.js';
import { quote } from './quote.js';
import { indirect, int, isTrue, NONE, type Value } from './values.js';
import { plainSpec } from './verbs.js';

export interface Execution {
  readonly templates: Templates;
  readonly source: string;
  readonly budget: Budget;
  readonly out: Output;
}

/** Bodies within bodies and templates within templates, as far as the stack bears. */
const DEEPEST = 1_000;

type Place = Here & { readonly execution: Execution; readonly depth: number };
type Jump = 'break' | 'continue' | undefined;

/** Executes the template of that name. @throws MachineError BadOption, in Go's words */
export function execute(execution: Execution, name: string, { dot, depth }: { dot: Value; depth: number }): void {
  const body = execution.templates.get(name) ?? [];
  const frame: Frame = {
    name,
    variables: [{ name: '$', value: dot }],
    budget: execution.budget,
    at: { kind: 'dot', at: 0 },
  };
  try {
    walk({ frame, dot, execution, depth }, body);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw templateError(`:${placeOf(execution.source, frame)}: ${error.message}`);
  }
}

/** `1:2: executing "" at <.Name>`: line, bytes before it in the line, template, and the part that it is about. */
function placeOf(source: string, { at, name }: Frame): string {
  const lines = source.slice(0, at.at).split('\n');
  const column = toBytes(lines.at(-1) ?? '').length;
  const part = nodeText(at);
  const shown = part.length > LONGEST_PART ? `${part.slice(0, LONGEST_PART)}...` : part;
  return `${lines.length}:${column}: executing ${quote(name)} at <${shown}>`;
}

/** A part of a template as long as a whole one would hide what is wrong with it. */
const LONGEST_PART = 100;

function walk(place: Place, body: readonly Node[]): Jump {
  for (const node of body) {
    const jump = walkNode(place, node);
    if (jump) return jump;
  }
  return undefined;
}

function walkNode(place: Place, node: Node): Jump {
  const { frame, execution } = place;
  frame.at = node;
  frame.budget.step();
  switch (node.kind) {
    case 'text':
      execution.out.write(toBytes(node.text));
      return undefined;
    case 'action': {
      const value = evaluatePipeline(place, node.pipeline);
      frame.at = node;
      if (node.pipeline.variables.length === 0) write(value, execution.out);
      return undefined;
    }
    case 'break':
    case 'continue':
      return node.kind;
    case 'template':
      walkTemplate(place, node);
      return undefined;
    case 'range':
      return withVariables(frame, () => walkRange(place, node));
    case 'if':
    case 'with':
      return withVariables(frame, () => walkCondition(place, node));
  }
}

function write(value: Value, out: Output): void {
  const { value: shown } = indirect(value);
  if (shown.kind === 'none' || shown.kind === 'any') out.write('<no value>');
  else printArgument(shown, { verb: 'v', spec: plainSpec(), out });
}

/** What is declared inside is gone outside. */
function withVariables<T>({ variables }: Frame, work: () => T): T {
  const before = variables.length;
  const result = work();
  variables.length = before;
  return result;
}

function walkCondition(place: Place, { kind, pipeline, body, otherwise = [] }: Branch): Jump {
  const value = evaluatePipeline(place, pipeline);
  const inner = { ...place, depth: place.depth + 1 };
  if (!isTrue(value)) return walk(inner, otherwise);
  return walk(kind === 'with' ? { ...inner, dot: value } : inner, body);
}

function walkRange(place: Place, node: Branch): Jump {
  const { frame } = place;
  const { value } = indirect(evaluatePipeline(place, node.pipeline));
  const inner = { ...place, depth: place.depth + 1 };
  const elements = elementsOf(value, frame.budget);
  if (elements.length === 0) return walk(inner, node.otherwise ?? []);
  for (const [index, element] of elements) {
    frame.budget.step();
    const jump = withVariables(frame, () => {
      setVariables(frame, node, { index, element });
      return walk({ ...inner, dot: element }, node.body);
    });
    if (jump === 'break') break;
  }
  return undefined;
}

function elementsOf(value: Value, budget: Budget): readonly (readonly [Value, Value])[] {
  if (value.kind === 'none') return [];
  if (value.kind === 'slice') {
    budget.spend(value.items?.length ?? 0);
    return (value.items ?? []).map((item, index) => [int(index), item]);
  }
  if (value.kind !== 'map')
    throw new Fault(
      `range can't iterate over ${fromBytes(print(value.kind === 'any' ? [undefined] : [value], budget))}`,
    );
  budget.spend(value.entries.size);
  return Array.from(value.entries, ([name, item]) => [{ kind: 'string', type: 'string', value: name }, item]);
}

/** With one variable it is the element, with two the first is the index. */
function setVariables(frame: Frame, { pipeline }: Branch, { index, element }: { index: Value; element: Value }): void {
  const { variables: names, isAssignment } = pipeline;
  const values = names.length > 1 ? [index, element] : [element];
  names.forEach((name, position) => {
    const value = values[position] ?? NONE;
    if (isAssignment) assign(frame, name, value);
    else {
      // The pipeline has declared them last, in this order.
      const declared = frame.variables.at(position - names.length);
      if (declared) declared.value = value;
    }
  });
}

function walkTemplate(place: Place, { name, pipeline }: Extract<Node, { kind: 'template' }>): void {
  const { execution, depth } = place;
  if (!execution.templates.has(name)) throw new Fault(`template ${quote(name)} not defined`);
  if (depth >= DEEPEST) throw new Fault(`exceeded maximum template depth (${DEEPEST})`);
  const dot = pipeline ? evaluatePipeline(place, pipeline) : NONE;
  execute(execution, name, { dot, depth: depth + 1 });
}
