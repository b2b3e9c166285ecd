/** How work tells what it does. Who prints, and how, is decided in src/cli; a test records. */
export interface Reporter {
  /** Runs the work under a title; the time it took and whether it failed are shown with it. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  info(line: string): void;
  warn(line: string): void;
  debug(line: string): void;
  /** The same reporter, with everything marked as belonging to one machine. */
  forMachine(name: string): Reporter;
}

/** Says nothing; the default where nobody listens. */
export const silentReporter: Reporter = {
  step: (_title, work) => work(),
  info: () => {},
  warn: () => {},
  debug: () => {},
  forMachine: () => silentReporter,
};
