// Draws docs/terminal.svg: a shell in which real commands run on a real machine, line by line as they came. As root on Linux,
// after a build; needs the docker client and busybox. The store is a temporary one, and the machine is removed at the end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const SHOWN = [
  'berth create dev',
  'berth ls',
  'eval "$(berth env dev)"',
  'docker run --rm busybox echo "Hello from a container on dev"',
  'berth ip dev',
  'berth rm -y dev',
];
/** Nobody wants to watch longer pauses, nor to read faster. In seconds. */
const PAUSE = { longest: 1, prompt: 0.8, line: 0.05 };
const CELL = { width: 8.4, height: 19, font: 14 };
const MARGIN = { side: 16, top: 44 };
const COLUMNS = 116;

/** One bash for all commands, as a user has it; what a command prints comes in lines with the time of each. */
class Shell {
  #bash;
  #text = '';
  #onText = () => {};

  constructor(environment) {
    this.#bash = spawn('bash', ['--norc'], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#bash.stdout.on('data', (part) => {
      this.#text += part;
      this.#onText();
    });
    this.#bash.stdin.write('exec 2>&1\n');
  }

  async run(command) {
    const lines = [];
    const began = performance.now();
    this.#bash.stdin.write(`{ ${command}; } </dev/null\nprintf '\\001%s\\n' $?\n`);
    for (;;) {
      const [line, ...rest] = this.#text.split('\n');
      if (rest.length === 0) await new Promise((resolve) => (this.#onText = resolve));
      else {
        this.#text = rest.join('\n');
        if (line.startsWith('\u0001')) {
          if (line !== '\u00010') throw new Error(`${command} failed:\n${lines.map(({ text }) => text).join('\n')}`);
          return lines;
        }
        lines.push({ text: line.trimEnd(), atMs: performance.now() - began });
      }
    }
  }

  async end() {
    this.#bash.stdin.end();
    await once(this.#bash, 'close');
  }
}

const home = await mkdtemp(join(tmpdir(), 'berth-picture-'));
try {
  await mkdir(join(home, 'bin'));
  await symlink(join(root, 'bin/run.js'), join(home, 'bin/berth'));
  const shell = new Shell({ HOME: home, USER: 'ada', SHELL: '/bin/bash', PATH: `${home}/bin:${process.env.PATH}` });
  const rows = [];
  for (const command of SHOWN) {
    rows.push({ prompt: true, text: command, afterS: rows.length === 0 ? 0.3 : PAUSE.prompt });
    let lastMs = 0;
    for (const { text, atMs } of await shell.run(command)) {
      const afterS = Math.min(Math.max((atMs - lastMs) / 1000, PAUSE.line), PAUSE.longest);
      rows.push(...folded(text).map((part, index) => ({ text: part, afterS: index === 0 ? afterS : 0 })));
      lastMs = atMs;
    }
    if (command.startsWith('eval')) await shell.run(importImage());
  }
  await shell.end();
  await writeFile(join(root, 'docs/terminal.svg'), svg(rows));
} finally {
  await rm(home, { recursive: true, force: true });
}

/** The image "busybox" of the program alone: nothing is pulled. */
function importImage() {
  return 'd=$(mktemp -d) && mkdir $d/bin && cp "$(command -v busybox)" $d/bin/ && ln -s busybox $d/bin/echo && tar -C $d -c . | docker import - busybox >/dev/null && rm -r $d';
}

function folded(text) {
  return text.length <= COLUMNS ? [text] : (text.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? []);
}

function svg(rows) {
  const width = COLUMNS * CELL.width + 2 * MARGIN.side;
  const height = rows.length * CELL.height + MARGIN.top + MARGIN.side;
  let atS = 0;
  const texts = rows.map(({ prompt, text, afterS }, index) => {
    atS += afterS;
    const content = prompt ? `<tspan class="p">$</tspan> <tspan class="c">${escaped(text)}</tspan>` : escaped(text);
    const y = MARGIN.top + (index + 1) * CELL.height - 5;
    return `<text x="${MARGIN.side}" y="${y}" style="animation-delay:${atS.toFixed(2)}s">${content}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" xml:space="preserve" role="img">
<title>berth makes a machine, and docker runs a container on it</title>
<style>
text { font: ${CELL.font}px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d0d7de; animation: show 0s both }
.p { fill: #3fb950 } .c { fill: #fff; font-weight: bold }
@keyframes show { from { visibility: hidden } to { visibility: visible } }
@media (prefers-reduced-motion) { text { animation: none } }
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<circle cx="20" cy="20" r="6" fill="#ff5f56"/><circle cx="40" cy="20" r="6" fill="#ffbd2e"/><circle cx="60" cy="20" r="6" fill="#27c93f"/>
${texts.join('\n')}
</svg>
`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
