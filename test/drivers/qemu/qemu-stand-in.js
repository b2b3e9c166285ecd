// A program in QEMU's place: it speaks the monitor's protocol, tells what a machine tells, and keeps "memory" in its disk's file.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const words = process.argv.slice(2);
const after = (word) => words[words.indexOf(word) + 1];
const pathIn = (start) => /,path=([^,]+)/.exec(words.find((word) => word.startsWith(start)) ?? '')?.[1];
const behaviour = JSON.parse(process.env.QEMU_STAND_IN ?? '{}');

if (words.includes('-bios')) {
  process.stderr.write(behaviour.accelerated ? '' : 'failed to set MSR\n');
  process.exit(behaviour.accelerated ? 33 : 1);
}
if (behaviour.refuses) {
  process.stderr.write(`${behaviour.refuses}\n`);
  process.exit(1);
}

const folder = after('-pidfile').replace(/\/[^/]*$/, '');
const notes = join(folder, 'stand-in.json');
const kept = existsSync(notes) ? JSON.parse(readFileSync(notes, 'utf8')) : { boots: [], snapshots: [] };
const keep = () => writeFileSync(notes, JSON.stringify(kept));
kept.boots.push(words);
keep();

let status = words.includes('-S') ? 'prelaunch' : 'running';
const told = pathIn('file,id=told');
const tell = (line) => appendFileSync(told, `${line}\n`);
appendFileSync(told, '');
writeFileSync(pathIn('file,id=console'), 'Linux version 6.1.0\n');
const gaveUp = words.includes('-kernel') && readFileSync(after('-kernel'), 'utf8').includes('broken');
if (!words.includes('-loadvm') && !gaveUp) for (const line of behaviour.tells ?? ['berth ready sshd']) tell(line);

const jobs = new Map();
const end = () => {
  rmSync(after('-pidfile'), { force: true });
  process.exit(0);
};
const commands = {
  // An OS that gives up starts again, and that ends QEMU where it was told so.
  qmp_capabilities: () => void (gaveUp && setTimeout(end, 20)),
  'query-status': () => ({ status, running: status === 'running' }),
  stop: () => void (status = 'paused'),
  cont: () => void (status = 'running'),
  quit: () => void setImmediate(end),
  system_powerdown: () => void (behaviour.ignoresButton || setTimeout(end, 20)),
  'query-jobs': () => [...jobs].map(([id, error]) => ({ id, status: 'concluded', ...(error && { error }) })),
  'job-dismiss': ({ id }) => void jobs.delete(id),
  'query-named-block-nodes': () => [
    { 'node-name': 'disk', image: { snapshots: kept.snapshots.map((name) => ({ name })) } },
  ],
  'snapshot-save': (args) => job(args, () => kept.snapshots.push(args.tag)),
  'snapshot-load': (args) => job(args, () => {}),
  'snapshot-delete': (args) => job(args, () => (kept.snapshots = kept.snapshots.filter((tag) => tag !== args.tag))),
  'set-action': (args) => {
    kept.actions = { ...kept.actions, ...args };
    keep();
  },
  'human-monitor-command': (args) => {
    kept.said = [...(kept.said ?? []), args['command-line']];
    keep();
    return behaviour.answers ?? '';
  },
};
function job(args, work) {
  jobs.set(args['job-id'], behaviour.jobFails);
  if (!behaviour.jobFails) work();
  keep();
}

// The monitor serves one after the other, as QEMU's does.
const waiting = [];
let current;
const next = () => {
  current = waiting.shift();
  if (current) serve(current);
};
const server = createServer((socket) => {
  socket.on('error', () => {});
  waiting.push(socket);
  if (!current) next();
});
function serve(socket) {
  socket.on('close', next);
  if (socket.destroyed) return next();
  const say = (message) => socket.write(`${JSON.stringify(message)}\r\n`);
  let unfinished = '';
  say({ QMP: { version: {}, capabilities: [] } });
  socket.on('data', (part) => {
    const lines = (unfinished + part).split('\n');
    unfinished = lines.pop();
    for (const line of lines) {
      const { execute, arguments: args, id } = JSON.parse(line);
      const work = commands[execute];
      if (work) say({ return: work(args ?? {}) ?? {}, id });
      else say({ error: { class: 'CommandNotFound', desc: `The command ${execute} has not been found` }, id });
    }
  });
}
writeFileSync(after('-pidfile'), `${process.pid}\n`);
server.listen(pathIn('socket,id=monitor'));
