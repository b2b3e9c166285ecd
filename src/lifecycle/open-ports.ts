import type { PortRule } from '../driver.js';

/** Whether rules that are there let everybody in that this one would. */
export function isOpen(rule: PortRule, present: readonly PortRule[]): boolean {
  const wide = present.filter(
    ({ protocol, from, to }) => protocol === rule.protocol && from <= rule.from && rule.to <= to,
  );
  return rule.sources.every((source) => wide.some(({ sources }) => sources.some((one) => includes(one, source))));
}

function includes(block: string, source: string): boolean {
  return (
    block === source || (block === '0.0.0.0/0' && !source.includes(':')) || (block === '::/0' && source.includes(':'))
  );
}
