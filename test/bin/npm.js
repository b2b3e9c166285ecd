import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs npm with its output shown as it comes; resolves to the exit code and what went to stderr. */
export async function runNpm(folder, args) {
  const npm = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'pipe'] });
  let stderr = '';
  npm.stderr.on('data', (part) => {
    stderr += part;
    process.stderr.write(part);
  });
  const [code] = await once(npm, 'close');
  return { code, stderr };
}
