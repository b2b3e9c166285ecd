import type { Constant } from './literals.js';

interface Placed {
  /** Where it begins, in characters of the source. */
  readonly at: number;
}

/** What stands for a value. */
export type Operand =
  | (Placed & { readonly kind: 'dot' | 'nil' })
  | (Placed & { readonly kind: 'bool'; readonly value: boolean })
  | (Placed & { readonly kind: 'number'; readonly text: string; readonly constant: Constant })
  /** `value` in bytes, `text` with its quotes. */
  | (Placed & { readonly kind: 'string'; readonly text: string; readonly value: string })
  | (Placed & { readonly kind: 'function'; readonly name: string })
  | (Placed & { readonly kind: 'field'; readonly path: readonly string[] })
  /** `name` with its dollar sign. */
  | (Placed & { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] })
  | (Placed & { readonly kind: 'chain'; readonly of: Operand; readonly path: readonly string[] })
  | Pipeline;

export interface Pipeline extends Placed {
  readonly kind: 'pipeline';
  /** Names with their dollar signs; two for `range $index, $element`. */
  readonly variables: readonly string[];
  /** `=` rather than `:=`. */
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

export interface Command extends Placed {
  readonly kind: 'command';
  /** At least one; the first is what the others are arguments of. */
  readonly operands: readonly [Operand, ...Operand[]];
}

/** What stands in the text. */
export type Node =
  | (Placed & { readonly kind: 'text'; readonly text: string })
  | (Placed & { readonly kind: 'action'; readonly pipeline: Pipeline })
  | Branch
  | (Placed & { readonly kind: 'template'; readonly name: string; readonly pipeline?: Pipeline })
  | (Placed & { readonly kind: 'break' | 'continue' });

export interface Branch extends Placed {
  readonly kind: 'if' | 'range' | 'with';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise?: readonly Node[];
}

/** As Go's errors quote a part of the template. */
export function nodeText(node: Operand | Command | Node): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
    case 'string':
    case 'text':
      return node.text;
    case 'function':
      return node.name;
    case 'field':
      return dotted(node.path);
    case 'variable':
      return `${node.name}${dotted(node.path)}`;
    case 'chain':
      return `${argumentText(node.of)}${dotted(node.path)}`;
    case 'pipeline':
      return pipelineText(node);
    case 'command':
      return node.operands.map(argumentText).join(' ');
    case 'template':
      return `{{template ${JSON.stringify(node.name)}${node.pipeline ? ` ${pipelineText(node.pipeline)}` : ''}}}`;
    case 'action':
    case 'if':
    case 'range':
    case 'with':
      return `{{${node.kind} ${pipelineText(node.pipeline)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
  }
}

function dotted(path: readonly string[]): string {
  return path.map((name) => `.${name}`).join('');
}

function argumentText(operand: Operand): string {
  return operand.kind === 'pipeline' ? `(${pipelineText(operand)})` : nodeText(operand);
}

function pipelineText({ variables, commands }: Pipeline): string {
  const declared = variables.length === 0 ? '' : `${variables.join(', ')} := `;
  return declared + commands.map(nodeText).join(' | ');
}
