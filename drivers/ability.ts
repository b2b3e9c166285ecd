// Apart from index.ts: what a computer is able to do is asked by few commands, the names of drivers by all.
export { qemuAbility, type Ability } from './qemu/ability.js';
