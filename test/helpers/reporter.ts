import type { Reporter } from '../../src/reporter.js';

export interface RecordingReporter extends Reporter {
  /** Everything that was told, in order: "step: …", "info: …", "warn: …", "debug: …"; of one machine with its name first. */
  readonly lines: string[];
}

export function recordingReporter(lines: string[] = [], machine = ''): RecordingReporter {
  const prefix = machine === '' ? '' : `(${machine}) `;
  const say = (kind: string) => (line: string) => void lines.push(`${prefix}${kind}: ${line}`);
  return {
    lines,
    step(title, work) {
      say('step')(title);
      return work();
    },
    info: say('info'),
    warn: say('warn'),
    debug: say('debug'),
    forMachine: (name) => recordingReporter(lines, name),
  };
}
