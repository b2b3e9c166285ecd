import { spawn } from 'node:child_process';

/** Runs a program; resolves to its time, its output and its exit code. */
export function timed(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (part) => (output += part));
    child.stderr.on('data', (part) => (output += part));
    child.once('error', reject);
    child.once('close', (code) => resolve({ ms: performance.now() - began, code, output }));
  });
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Markdown, columns as wide as they need to be. */
export function table(title, rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const line = (row) => `| ${row.map((cell, column) => String(cell).padEnd(widths[column])).join(' | ')} |\n`;
  const [head, ...body] = rows;
  return `\n${title}\n\n${line(head)}${line(widths.map((width) => '-'.repeat(width)))}${body.map(line).join('')}`;
}
