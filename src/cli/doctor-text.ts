import type { Examined, Finding, Severity } from '../doctor/finding.js';
import { renderTable } from './table.js';

/** A line for each group that is well; for each other one a line a finding, and below it what mends it. */
export function doctorText(examined: readonly Examined[]): string {
  return renderTable([['WHERE', 'STATE', 'FACT'], ...examined.flatMap(rowsOf)]);
}

function rowsOf({ group, seen, findings }: Examined): string[][] {
  const isWell = findings.every(({ severity }) => severity === 'note');
  const rows = [...findings].sort(worstFirst).flatMap(({ severity, fact, remedy, id }) => [
    [severity, `${fact} (${id})`],
    ['', `-> ${remedy}`],
  ]);
  const [first = [], ...rest] = isWell ? [['ok', seen], ...rows] : rows;
  return [[group, ...first], ...rest.map((row) => ['', ...row])];
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

function worstFirst(one: Finding, other: Finding): number {
  return RANK[one.severity] - RANK[other.severity];
}
