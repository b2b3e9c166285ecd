import { Args, Flags } from '@oclif/core';
import { parseInteger } from '../cli/driver-flags.js';
import { MachineCommand } from '../cli/machine-command.js';
import type { TunnelMessage } from '../cli/tunnel.js';
import { isMachineError } from '../errors.js';
import { serveTunnel } from '../lifecycle/tunnel.js';

/** A day: who has not used it for so long has forgotten it. */
const IDLE_SECONDS = 86_400;

export default class Tunnel extends MachineCommand {
  static override summary = 'Keep the SSH connection through which docker clients reach a machine.';
  static override description =
    'For machines with --transport ssh. Started in the background by env, use and whatever else needs it, so there is seldom a reason to call it: a service of the system that keeps it up from the start is one, with --idle 0.';
  static override examples = ['<%= config.bin %> tunnel web-1', '<%= config.bin %> tunnel --idle 0 web-1'];
  static override enableJsonFlag = false;
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };
  static override flags = {
    idle: Flags.custom<number>({
      default: IDLE_SECONDS,
      helpValue: '<seconds>',
      description: 'end when no client was connected for so long; 0 never does',
      parse: async (text) => parseInteger(text, 'idle', { min: 0, max: 2_000_000 }),
    })(),
    background: Flags.boolean({ hidden: true, description: 'tell the process that has started it' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Tunnel);
    const program = this.programFor(flags);
    const name = await this.nameOf(argv, program);
    const onReady = (): void => {
      if (flags.background) tell({ state: 'ready' });
      else program.report.info(`clients can connect to ${name}`);
    };
    try {
      await serveTunnel(name, { idleMs: flags.idle * 1000, onReady }, program);
    } catch (error) {
      if (flags.background && isMachineError(error))
        tell({ state: 'failed', code: error.code, message: error.message, suggestions: error.suggestions });
      throw error;
    }
  }
}

function tell(message: TunnelMessage): void {
  if (process.connected) process.send?.(message, () => process.disconnect());
}
