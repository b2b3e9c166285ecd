// Prints what berth costs beside what it is measured against in the same run. Root on Linux: it boots real hosts.
// node bench/run.js [--quick] [startup] [creates] [swarm] [guests]
import { startup } from './startup.js';
import { creates } from './creates.js';
import { guests } from './guests.js';
import { swarm } from './swarm.js';

const words = process.argv.slice(2);
const rounds = words.includes('--quick') ? 1 : 5;
const parts = words.filter((word) => !word.startsWith('-'));
const wanted = (part) => parts.length === 0 || parts.includes(part);

if (wanted('startup')) process.stdout.write(await startup());
if (wanted('creates')) process.stdout.write(await creates({ rounds }));
if (wanted('swarm')) process.stdout.write(await swarm({ rounds }));
// Emulated guests take minutes: only where they are named.
if (parts.includes('guests')) process.stdout.write(await guests({ rounds: words.includes('--quick') ? 1 : 3 }));
