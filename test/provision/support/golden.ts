import { join } from 'node:path';
import type { HostFile } from '../../../src/host/host.js';
import { goldenFile } from '../../helpers/golden.js';
import { script } from '../../../src/provision/apply.js';
import type { Step } from '../../../src/provision/plan.js';

const FOLDER = join(import.meta.dirname, '../../golden/provision');

/** The golden file's text; with UPDATE_GOLDEN=1 it becomes the actual one first. */
export function golden(name: string, actual: string): string {
  return goldenFile(join(FOLDER, name), actual);
}

/** What is sent to a host: the script, and the files beside it as comments. */
export function delivery(steps: readonly Step[]): string {
  return script(steps) + steps.flatMap(({ files }) => files.map(fileText)).join('');
}

/** The text of a delivered file; of a local file that is streamed, its path. */
export function textOf({ content }: Pick<HostFile, 'content'>): string {
  return typeof content === 'object' && 'localPath' in content ? `${content.localPath}\n` : content.toString();
}

function fileText({ path, content, mode }: HostFile): string {
  const lines = textOf({ content }).replace(/\n$/, '').split('\n');
  return `\n# file ${path}, mode ${mode.toString(8)}\n${lines.map((line) => `# | ${line}\n`).join('')}`;
}
