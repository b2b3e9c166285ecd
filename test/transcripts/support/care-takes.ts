import type { GenericStage } from './generic-stage.js';
import { BAD_FLAG, BAD_NAME, MISSING, mistakes, NO_HOST, WRONG_VALUE } from './mistakes.js';
import type { Take } from './transcript.js';

/** Care of machines, for the home of the driver none. */
export const NONE_CARE: Readonly<Record<string, readonly Take[]>> = {
  // Answers of an engine: test/lifecycle/disk.test.ts.
  df: [
    { title: 'an engine that does not answer', args: ['df', 'web-1'] },
    { title: 'all of them', args: ['df', '--json'] },
    { title: MISSING, args: ['df', 'nope'] },
    { title: BAD_NAME, args: ['df', 'web_1'] },
    { title: BAD_FLAG, args: ['df', '--frob'] },
    { title: WRONG_VALUE, args: ['df', '--ssh-timeout=soon', 'web-1'] },
  ],
  prune: [
    { title: 'a no', args: ['prune', 'web-1'], stdin: 'n\n' },
    { title: 'no answer', args: ['prune', '--all', '--volumes', 'web-1'] },
    { title: 'an engine that does not answer', args: ['prune', '-y', 'web-1'] },
    { title: 'no name', args: ['prune', '-y'] },
    { title: 'a time that is none', args: ['prune', '--until', 'soon', 'web-1'] },
    { title: 'a time for volumes', args: ['prune', '--until', '24h', '--volumes', 'web-1'] },
    { title: MISSING, args: ['prune', '-y', 'nope'] },
    { title: BAD_FLAG, args: ['prune', '--frob', 'web-1'] },
  ],
  'engine get': [
    { title: NO_HOST, args: ['engine', 'get', 'web-1'] },
    { title: MISSING, args: ['engine', 'get', 'nope'] },
    { title: 'no name', args: ['engine', 'get'] },
    { title: 'too many words', args: ['engine', 'get', 'web-1', 'debug', 'more'] },
    { title: BAD_FLAG, args: ['engine', 'get', '--frob', 'web-1'] },
  ],
  'engine set': [
    { title: NO_HOST, args: ['engine', 'set', 'web-1', 'debug=true'] },
    { title: MISSING, args: ['engine', 'set', 'nope', 'debug=true'] },
    { title: 'no setting', args: ['engine', 'set', 'web-1'] },
    { title: 'half a setting', args: ['engine', 'set', 'web-1', 'debug'] },
    { title: 'a setting that is none of the user', args: ['engine', 'set', 'web-1', 'hosts=fd://'] },
    { title: BAD_FLAG, args: ['engine', 'set', '--frob', 'web-1', 'debug=true'] },
  ],
  'engine unset': [
    { title: NO_HOST, args: ['engine', 'unset', 'web-1', 'debug'] },
    { title: 'no setting', args: ['engine', 'unset', 'web-1'] },
    { title: 'a value where none can be', args: ['engine', 'unset', 'web-1', 'debug=true'] },
    { title: BAD_FLAG, args: ['engine', 'unset', '--frob', 'web-1', 'debug'] },
  ],
  label: [
    { title: 'two labels', args: ['label', 'web-1', 'team=shop', 'zone=a'] },
    { title: 'one taken away', args: ['label', 'web-1', 'zone-'] },
    { title: 'those there are', args: ['label', 'web-1'] },
    { title: 'as JSON', args: ['label', '--json', 'web-1'] },
    { title: 'found by ls', args: ['ls', '-q', '--filter', 'label=team=shop'] },
    { title: 'shown by ls', args: ['ls', '--format', '{{.Name}} {{.Labels}}', '--filter', 'name=web-1'] },
    { title: 'half a label', args: ['label', 'web-1', 'team'] },
    { title: `${NO_HOST}, for the engine`, args: ['label', '--engine', 'web-1', 'team=shop'] },
    { title: MISSING, args: ['label', 'nope', 'team=shop'] },
    { title: BAD_FLAG, args: ['label', '--frob', 'web-1'] },
  ],
  logs: [
    { title: NO_HOST, args: ['logs', 'web-1'] },
    { title: 'two logs at once', args: ['logs', '--boot', '--install', 'web-1'] },
    { title: 'no number of lines', args: ['logs', '-n', 'x', 'web-1'] },
    { title: 'JSON of what never ends', args: ['logs', '-f', '--json', 'web-1'] },
    ...mistakes('logs'),
  ],
  note: [
    { title: 'none', args: ['note', 'web-1'] },
    { title: 'words', args: ['note', 'web-1', 'ask', 'Ada'] },
    { title: 'the note', args: ['note', 'web-1'] },
    { title: 'as JSON', args: ['note', '--json', 'web-1'] },
    { title: 'shown by ls', args: ['ls', '--format', '{{.Name}} {{.Note}}', '--filter', 'name=web-1'] },
    { title: 'removed', args: ['note', 'web-1', ''] },
    { title: MISSING, args: ['note', 'nope', 'words'] },
    { title: BAD_FLAG, args: ['note', '--frob', 'web-1'] },
    { title: WRONG_VALUE, args: ['note', '--ssh-timeout=soon', 'web-1'] },
  ],
  rename: [
    { title: 'one machine', args: ['rename', 'web-1', 'shop-1'] },
    { title: 'what it is called now', args: ['ls', '-q'] },
    { title: 'as JSON', args: ['rename', '--json', 'shop-1', 'web-1'] },
    { title: 'a name that is taken', args: ['rename', 'web-1', 'web-2'] },
    { title: 'the name that it has', args: ['rename', 'web-1', 'web-1'] },
    { title: MISSING, args: ['rename', 'nope', 'web-9'] },
    { title: 'one name', args: ['rename', 'web-1'] },
    { title: BAD_NAME, args: ['rename', 'web-1', 'web_1'] },
    { title: BAD_FLAG, args: ['rename', '--frob', 'web-1', 'web-9'] },
  ],
};

const READ_SETTINGS = 'sh -c [ ! -e /etc/docker/daemon.json ] || cat /etc/docker/daemon.json';
const SETTINGS = '{"debug": true, "log-driver": "local", "log-opts": {"max-size": "10m"}}\n';

/** Care of machines, for the home of the driver generic. */
export function genericCare(stage: GenericStage): Readonly<Record<string, readonly Take[]>> {
  return {
    df: [{ title: 'the host does not answer', args: ['df', 'web-1'], before: async () => stage.powerOff() }],
    prune: [
      { title: 'the host does not answer', args: ['prune', '-y', 'web-1'], before: async () => stage.powerOff() },
    ],
    'engine get': [
      {
        title: 'all settings',
        args: ['engine', 'get', 'web-1'],
        before: async () => stage.answer({ [READ_SETTINGS]: { stdout: SETTINGS } }),
      },
      { title: 'as JSON', args: ['engine', 'get', '--json', 'web-1'] },
      { title: 'one setting', args: ['engine', 'get', 'web-1', 'log-opts.max-size'] },
      { title: 'a setting that is not there', args: ['engine', 'get', 'web-1', 'bip'] },
    ],
    'engine set': [
      { title: 'one setting', args: ['engine', 'set', 'web-1', 'debug=true'] },
      { title: 'as JSON', args: ['engine', 'set', '--json', 'web-1', 'log-opts.max-size=10m'] },
    ],
    'engine unset': [{ title: 'one setting', args: ['engine', 'unset', 'web-1', 'debug'] }],
    label: [{ title: 'for the engine too', args: ['label', '--engine', 'web-1', 'team=shop'] }],
    logs: [{ title: 'the host does not answer', args: ['logs', 'web-1'], before: async () => stage.powerOff() }],
    note: [{ title: 'words', args: ['note', 'web-1', 'ask Ada'] }],
    rename: [
      { title: 'one machine', args: ['rename', 'web-1', 'shop-1'] },
      { title: 'reached', args: ['config', 'shop-1'] },
    ],
  };
}
