/** The commands whose stdout no program reads: docker-machine told of their progress there. */
const LOGGED = [
  'create',
  'kill',
  'mount',
  'provision',
  'regenerate-certs',
  'restart',
  'rm',
  'scp',
  'start',
  'stop',
  'upgrade',
];

/**
 * Whether progress that nobody watches belongs on stdout, as docker-machine had it: collectors of logs, GitLab Runner among them,
 * take every line of stderr for an error.
 */
export function isProgressOnStdout(command: string | undefined, calledAs: string): boolean {
  return calledAs !== 'berth' && command !== undefined && LOGGED.includes(command);
}
