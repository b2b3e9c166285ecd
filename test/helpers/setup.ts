import nodeConsole from 'node:console';

// oclif prints through `console`; Jest's own would swallow it.
globalThis.console = nodeConsole;
