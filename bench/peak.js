// Loaded before berth (NODE_OPTIONS=--import): writes the largest memory of the process, in KB, when it ends.
import { writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.BERTH_BENCH_PEAK, String(process.resourceUsage().maxRSS)));
