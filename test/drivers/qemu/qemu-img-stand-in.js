// A program in the place of qemu-img: the disk is a file of JSON.
import { readFileSync, writeFileSync } from 'node:fs';

const [verb, ...words] = process.argv.slice(2);
const disk = words.find((word) => word.includes('disk.qcow2'));
const read = () => JSON.parse(readFileSync(disk, 'utf8'));
const write = (info) => writeFileSync(disk, JSON.stringify(info));
const value = (flag) => words[words.indexOf(flag) + 1];
const work = {
  create: () => write({ 'virtual-size': Number(words.at(-1)), snapshots: [] }),
  info: () => process.stdout.write(JSON.stringify(read())),
  resize: () => write({ ...read(), 'virtual-size': Number(words.at(-1)) }),
  snapshot: () => {
    const info = read();
    const tag = value('-c') && words.includes('-c') ? value('-c') : words.includes('-a') ? value('-a') : value('-d');
    const there = info.snapshots.some(({ name }) => name === tag);
    if (!there && !words.includes('-c')) {
      process.stderr.write(`qemu-img: Could not find snapshot '${tag}'\n`);
      process.exit(1);
    }
    if (words.includes('-c')) info.snapshots.push({ name: tag, 'date-sec': 1_795_000_000, 'vm-state-size': 0 });
    if (words.includes('-d')) info.snapshots = info.snapshots.filter(({ name }) => name !== tag);
    write(info);
  },
};
work[verb]();
