import { MachineCommand } from '../../cli/machine-command.js';
import { MachineError } from '../../errors.js';
import { keyPath, publicKeyText, readKey } from '../../os/signing-key.js';

export default class OsKey extends MachineCommand {
  static override summary = 'Print the public key that images built with this store are signed by.';
  static override description =
    'For those who download them: berth os pull --key KEY URL. Its private half stays in the store.';
  static override examples = ['<%= config.bin %> os key'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(OsKey);
    const key = await readKey(keyPath(this.programFor(flags).store.base));
    if (key === undefined)
      throw new MachineError('NotSupported', 'this store has signed no image yet, and has no key for it', {
        suggestions: ['berth os build'],
      });
    const text = publicKeyText(key.public);
    this.log(text);
    return { key: text };
  }
}
