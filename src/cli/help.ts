import { Help, type Command, type Interfaces } from '@oclif/core';
import { isMachineError } from '../errors.js';
import { describedCreate, WITH_DRIVER_OPTIONS } from './create-help.js';
import { errorText } from './error-text.js';
import { exitCodeOf } from './exit-code.js';

/** oclif's help, but for commands whose flags depend on the driver. oclif loads it by its name in package.json. */
export default class BerthHelp extends Help {
  #words: readonly string[] = [];

  override async showHelp(words: string[]): Promise<void> {
    this.#words = words;
    try {
      await super.showHelp(words);
    } catch (error) {
      if (!isMachineError(error)) throw error;
      process.exitCode = exitCodeOf(error, this.config.bin);
      process.stderr.write(`${errorText(error, this.config.version, this.config.bin)}\n`);
    }
  }

  /** oclif takes `rm` for a topic because of `swarm:rm`. */
  protected override formatTopics(topics: Interfaces.Topic[]): string {
    return super.formatTopics(
      topics.filter(({ name }) => this.config.commandIDs.some((id) => id.startsWith(`${name}:`))),
    );
  }

  /** `swarm:create` is oclif's name for what is typed as two words. */
  protected override log(...lines: string[]): void {
    const topics = new Set(this.config.commandIDs.filter((id) => id.includes(':')).map((id) => id.split(':', 1)[0]));
    const typed = new RegExp(`\\b(${[...topics].join('|')}):(?=[a-zA-Z])`, 'g');
    super.log(...lines.map((line) => line.replace(typed, '$1 ')));
  }

  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    await super.showCommandHelp(
      WITH_DRIVER_OPTIONS.includes(command.id) ? await describedCreate(command, this.#words, process.env) : command,
    );
  }
}
