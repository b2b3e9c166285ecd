import type { Reporter } from '../reporter.js';

/** A reporter that is made when there is something to tell: to see whether stderr is a terminal costs the quickest commands most. */
export function lazyReporter(make: () => Reporter): Reporter {
  let made: Reporter | undefined;
  const its = (): Reporter => (made ??= make());
  return {
    step: (title, work) => its().step(title, work),
    info: (line) => its().info(line),
    warn: (line) => its().warn(line),
    debug: (line) => its().debug(line),
    forMachine: (name) => lazyReporter(() => its().forMachine(name)),
  };
}
