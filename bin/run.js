#!/usr/bin/env node
import module from 'node:module';

// Node 22.8 and later keep compiled code between runs; 20 does not have the call.
module.enableCompileCache?.();
// oclif would look for a TypeScript loader at every start.
process.env['OCLIF_TS_NODE'] ??= '0';

const { main } = await import('../dist/src/cli/main.js');
await main(process.argv, import.meta.url);
