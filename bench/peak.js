// Loaded before berth (NODE_OPTIONS=--import): writes what the process has used when it ends.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  // In KB, and in milliseconds of all its threads.
  writeFileSync(
    process.env.BERTH_BENCH_PEAK,
    JSON.stringify({ peakKb: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 }),
  );
});
