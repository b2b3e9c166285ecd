import type { Budget } from './budget.js';
import { Fault } from './fault.js';
import { fieldOf } from './fields.js';
import { FUNCTIONS, type Builtin } from './functions.js';
import { nodeText, type Command, type Node, type Operand, type Pipeline } from './nodes.js';
import { bool, bytes, int, isTrue, NONE, typeOf, unwrap, type Value } from './values.js';

/** One template that is being executed. */
export interface Frame {
  /** In bytes; '' of the outermost. */
  readonly name: string;
  readonly variables: { readonly name: string; value: Value }[];
  readonly budget: Budget;
  /** What the next error is about. */
  at: Operand | Command | Node;
}

/** A frame and what `.` is in it. */
export interface Here {
  readonly frame: Frame;
  readonly dot: Value;
}

/** The value of the last command; sets the pipeline's variables. @throws Fault */
export function evaluatePipeline(here: Here, pipeline: Pipeline): Value {
  const { frame } = here;
  frame.at = pipeline;
  let value: Value | undefined;
  for (const command of pipeline.commands) value = unwrap(evaluateCommand(here, command, value));
  const result = value ?? NONE;
  for (const name of pipeline.variables)
    if (pipeline.isAssignment) assign(frame, name, result);
    else frame.variables.push({ name, value: result });
  return result;
}

/** @throws Fault for a variable that was declared elsewhere */
export function assign(frame: Frame, name: string, value: Value): void {
  variable(frame, name).value = value;
}

function variable({ variables, budget }: Frame, name: string): { value: Value } {
  budget.spend(variables.length / 10);
  const found = variables.findLast((one) => one.name === name);
  if (!found) throw new Fault(`undefined variable: ${name}`);
  return found;
}

/** `last`: what the command before hands on, as this one's last argument. */
function evaluateCommand(here: Here, command: Command, last: Value | undefined): Value {
  const { frame, dot } = here;
  const [first, ...others] = command.operands;
  frame.budget.step();
  // What is in parentheses comes to its own error.
  if (first.kind !== 'pipeline') frame.at = first;
  const argumentCount = others.length + (last === undefined ? 0 : 1);
  if (first.kind === 'function') return call(here, { first, at: command, others, last });
  if (first.kind === 'field') return walkPath(frame, dot, { path: first.path, argumentCount });
  if (first.kind === 'chain') return evaluateChain(here, first, argumentCount);
  if (first.kind === 'variable' && first.path.length > 0)
    return walkPath(frame, variable(frame, first.name).value, { path: first.path, argumentCount });
  if (argumentCount > 0) throw new Fault(`can't give argument to non-function ${nodeText(first)}`);
  if (first.kind === 'nil') throw new Fault('nil is not a command');
  return evaluateOperand(here, first);
}

/** `.A.B` of a value; arguments are for the last of them. */
function walkPath(
  { budget }: Frame,
  from: Value,
  { path, argumentCount = 0 }: { readonly path: readonly string[]; readonly argumentCount?: number },
): Value {
  return path.reduce((value, name, index) => {
    budget.step();
    return fieldOf(value, name, index === path.length - 1 ? argumentCount : 0);
  }, from);
}

function evaluateChain(here: Here, { of, path }: Extract<Operand, { kind: 'chain' }>, argumentCount = 0): Value {
  return walkPath(here.frame, evaluateOperand(here, of), { path, argumentCount });
}

/** What stands for a value, without arguments. */
function evaluateOperand(here: Here, operand: Operand): Value {
  const { frame, dot } = here;
  frame.budget.step();
  frame.at = operand;
  switch (operand.kind) {
    case 'dot':
      return dot;
    case 'nil':
      return NONE;
    case 'bool':
      return bool(operand.value);
    case 'number':
      return numberOf(operand);
    case 'string':
      return bytes(operand.value);
    case 'field':
      return walkPath(frame, dot, operand);
    case 'variable':
      return walkPath(frame, variable(frame, operand.name).value, operand);
    case 'chain':
      return evaluateChain(here, operand);
    case 'pipeline':
      return evaluatePipeline(here, operand);
    case 'function':
      return call(here, { first: operand, at: operand, others: [], last: undefined });
  }
}

function numberOf({ constant, text }: Extract<Operand, { kind: 'number' }>): Value {
  if (constant.kind === 'float') return constant;
  if (constant.value >= 2n ** 63n) throw new Fault(`${text} overflows int`);
  return int(constant.value);
}

interface Call {
  readonly first: Extract<Operand, { kind: 'function' }>;
  /** What an error of the function is about. */
  readonly at: Operand | Command;
  readonly others: readonly Operand[];
  readonly last: Value | undefined;
}

function call(here: Here, { first: { name }, at, others, last }: Call): Value {
  const { frame } = here;
  const builtin = FUNCTIONS[name];
  checkCount(name, builtin, { written: others.length, all: others.length + (last === undefined ? 0 : 1) });
  if (!builtin) return evaluateLogic(here, { isOr: name === 'or', others, last });
  const values = others.map((operand, index) =>
    index === 0 && builtin.takesText ? textArgument(here, operand) : evaluateOperand(here, operand),
  );
  if (last !== undefined) values.push(builtin.takesText && values.length === 0 ? checkText(last) : last);
  try {
    for (const value of values) frame.budget.spend(value.kind === 'string' ? value.value.length : 1);
    return builtin.run(values, frame.budget);
  } catch (error) {
    frame.at = at;
    throw error instanceof Fault ? new Fault(`error calling ${name}: ${error.message}`) : error;
  }
}

function checkCount(name: string, builtin: Builtin | undefined, count: { written: number; all: number }): void {
  const { least, hasMore } = builtin ?? { least: 1, hasMore: true };
  if (hasMore && count.all < least)
    throw new Fault(`wrong number of args for ${name}: want at least ${least} got ${count.written}`);
  if (!hasMore && count.all !== least)
    throw new Fault(`wrong number of args for ${name}: want ${least} got ${count.all}`);
}

/** `and` and `or` look no further than they must. */
function evaluateLogic(
  here: Here,
  { isOr, others, last }: { readonly isOr: boolean } & Pick<Call, 'others' | 'last'>,
): Value {
  let value: Value = NONE;
  for (const operand of others) {
    value = evaluateOperand(here, operand);
    if (isTrue(value) === isOr) return value;
  }
  return last ?? value;
}

function textArgument(here: Here, operand: Operand): Value {
  here.frame.at = operand;
  if (operand.kind === 'nil') throw new Fault('cannot assign nil to string');
  if (operand.kind === 'bool' || operand.kind === 'number')
    throw new Fault(`expected string; found ${nodeText(operand)}`);
  return checkText(evaluateOperand(here, operand));
}

function checkText(value: Value): Value {
  const inner = value.kind === 'any' && value.of ? value.of : value;
  if (inner.kind === 'none') throw new Fault('invalid value; expected string');
  const type = typeOf(inner);
  if (type !== 'string') throw new Fault(`wrong type for value; expected string; got ${type}`);
  return inner;
}
