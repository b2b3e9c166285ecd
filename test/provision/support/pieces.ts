import { script } from '../../../src/provision/apply.js';
import { renderTemplate } from '../../../src/template.js';

/** A piece of the script that runs on hosts, as it stands in templates/install. */
export function piece(name: string, values: Readonly<Record<string, string>> = {}): string {
  return renderTemplate(`install/${name}.sh`, values);
}

/** A whole script of one step: what the pieces define, and the function that is called. */
export function oneStep(call: string, ...scripts: readonly string[]): string {
  return script([{ title: 'A step', task: 'do it', call, scripts, files: [] }]);
}

/** The function `try_it` with this body: what a test wants to see run as a step. */
export function trying(body: string): string {
  return `try_it() {\n${body}\n}`;
}

/** How the step ended, as its last mark says. */
export const WELL = '@berth end 0';
export const BADLY = '@berth fail 0 1';
