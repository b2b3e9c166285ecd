// Prints what berth costs beside what it is measured against in the same run. Root on Linux: it boots real hosts.
// node bench/run.js [--quick]
import { startup } from './startup.js';
import { creates } from './creates.js';

process.stdout.write(await startup());
process.stdout.write(await creates());
