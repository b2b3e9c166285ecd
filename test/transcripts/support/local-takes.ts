import { BAD_FLAG, BAD_NAME, MISSING, mistakes, NO_HOST } from './mistakes.js';
import type { Take } from './transcript.js';

/** What only machines on this computer can: test/drivers/qemu and test/e2e/qemu.test.ts show it done. */
export const NONE_LOCAL: Readonly<Record<string, readonly Take[]>> = {
  suspend: [{ title: NO_HOST, args: ['suspend', 'web-1'] }, ...mistakes('suspend', { several: true })],
  resume: [{ title: NO_HOST, args: ['resume', 'web-1'] }, ...mistakes('resume', { several: true })],
  resize: [
    { title: NO_HOST, args: ['resize', '--memory', '2048', 'web-1'] },
    { title: 'nothing to change', args: ['resize', 'web-1'] },
    { title: 'too little', args: ['resize', '--memory', '1', 'web-1'] },
    ...mistakes('resize'),
  ],
  'snapshot create': ofSnapshots('create'),
  'snapshot restore': ofSnapshots('restore'),
  'snapshot rm': ofSnapshots('rm'),
  'snapshot ls': [
    { title: NO_HOST, args: ['snapshot', 'ls', 'web-1'] },
    { title: MISSING, args: ['snapshot', 'ls', 'nope'] },
    { title: 'no name', args: ['snapshot', 'ls'] },
    { title: BAD_FLAG, args: ['snapshot', 'ls', '--frob', 'web-1'] },
  ],
};

function ofSnapshots(verb: string): readonly Take[] {
  return [
    { title: NO_HOST, args: ['snapshot', verb, 'web-1', 'before'] },
    { title: MISSING, args: ['snapshot', verb, 'nope', 'before'] },
    { title: BAD_NAME, args: ['snapshot', verb, 'web_1', 'before'] },
    { title: 'a name that no snapshot can have', args: ['snapshot', verb, 'web-1', '../x'] },
    { title: 'no snapshot', args: ['snapshot', verb, 'web-1'] },
    { title: BAD_FLAG, args: ['snapshot', verb, '--frob', 'web-1', 'before'] },
  ];
}

/** A rented server can do none of it. */
export const GENERIC_LOCAL: Readonly<Record<string, readonly Take[]>> = {
  suspend: [{ title: 'a rented server', args: ['suspend', 'web-1'] }],
  resume: [{ title: 'a rented server', args: ['resume', 'web-1'] }],
  resize: [{ title: 'a rented server', args: ['resize', '--memory', '2048', 'web-1'] }],
  'snapshot create': [{ title: 'a rented server', args: ['snapshot', 'create', 'web-1', 'before'] }],
  'snapshot restore': [{ title: 'a rented server', args: ['snapshot', 'restore', 'web-1', 'before'] }],
  'snapshot rm': [{ title: 'a rented server', args: ['snapshot', 'rm', 'web-1', 'before'] }],
  'snapshot ls': [{ title: 'a rented server', args: ['snapshot', 'ls', 'web-1'] }],
};
