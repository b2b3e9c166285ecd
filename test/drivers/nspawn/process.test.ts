import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasEnded, livingProcess } from '../../../drivers/nspawn/process.js';
import { testFolder } from '../../helpers/folder.js';

const LOOKS = 20_000;

(existsSync('/proc/self/cmdline') ? describe : describe.skip)('the supervisor of a local machine', () => {
  it('lives while it replaces itself by another program', async () => {
    using folder = testFolder();
    const script = join(folder.path, 'supervise.sh');
    writeFileSync(script, 'exec sh "$0"\n');
    const supervisor = spawn('sh', [script], { stdio: 'ignore' });
    try {
      writeFileSync(join(folder.path, 'supervisor.pid'), `${String(supervisor.pid)}\n`);
      const missed = Array.from({ length: LOOKS }, () => livingProcess(folder.path, 'supervisor.pid')).filter(
        (pid) => pid !== supervisor.pid,
      );

      expect(missed).toEqual([]);
    } finally {
      supervisor.kill('SIGKILL');
      await new Promise((resolve) => supervisor.once('close', resolve));
    }
    expect(livingProcess(folder.path, 'supervisor.pid')).toBeUndefined();
    expect(hasEnded(folder.path, 'supervisor.pid')).toBe(true);
  });

  it('lives while its words cannot be read, as for a moment when it replaces itself', async () => {
    using folder = testFolder();
    const supervisor = spawn('perl', ['-e', '$| = 1; $0 = ""; print 1; sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(supervisor, 'close');
    try {
      writeFileSync(join(folder.path, 'supervisor.pid'), String(supervisor.pid));
      await once(supervisor.stdout, 'data');

      expect(livingProcess(folder.path, 'supervisor.pid')).toBe(supervisor.pid);
    } finally {
      supervisor.kill('SIGKILL');
      await ended;
    }
    expect(hasEnded(folder.path, 'supervisor.pid')).toBe(true);
  });

  it.each(['', '\n'])('has not ended while it writes its number: %j', (half) => {
    using folder = testFolder();
    writeFileSync(join(folder.path, 'supervisor.pid'), half);

    expect(hasEnded(folder.path, 'supervisor.pid')).toBe(false);
  });

  it('has not ended before it has begun', () => {
    using folder = testFolder();

    expect(hasEnded(folder.path, 'supervisor.pid')).toBe(false);
  });
});
