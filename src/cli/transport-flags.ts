import { Flags } from '@oclif/core';

export const transportFlags = {
  transport: Flags.string({
    helpGroup: 'ENGINE',
    options: ['tls', 'ssh'],
    default: 'tls',
    description: 'how docker clients reach the engine: at its TCP port, or at its socket through SSH, without a port',
  }),
};
