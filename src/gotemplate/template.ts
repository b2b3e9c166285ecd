// Of the npm packages for Go's text/template none is kept and whole (2026-11): go-text-template 0.2.2 lacks printf, index, define and
// variables of range and prints maps as [object Object]; @evertdespiegeleer/go-template is Go itself as 5 MB of WebAssembly.
import { Budget, Output } from './budget.js';
import { fromBytes } from './bytes.js';
import { parse, type Templates } from './parser.js';
import type { Value } from './values.js';
import { execute } from './walker.js';

/** A template of Go's text/template with the functions that docker-machine adds. */
export interface GoTemplate {
  /** @throws MachineError BadOption, in Go's words */
  render(data: Value): string;
}

/** @throws MachineError BadOption, in Go's words */
export function parseGoTemplate(source: string): GoTemplate {
  const templates = parse(source);
  return { render: (data) => render({ templates, source }, data) };
}

function render(parsed: { readonly templates: Templates; readonly source: string }, data: Value): string {
  const budget = new Budget();
  const out = new Output(budget);
  execute({ ...parsed, budget, out }, '', { dot: data, depth: 0 });
  return fromBytes(out.toString());
}
