import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { isMachineError, MachineError } from '../errors.js';
import { parseGoTemplate, type GoTemplate } from '../gotemplate/template.js';
import { fromJson, NONE } from '../gotemplate/values.js';
import type { Json } from '../record.js';

export default class Inspect extends MachineCommand {
  static override summary = 'Print the record of a machine as JSON.';

  static override examples = [
    '<%= config.bin %> inspect web-1',
    "<%= config.bin %> inspect web-1 -f '{{.Driver.IPAddress}}'",
  ];
  static override strict = false;
  static override flags = {
    format: Flags.string({ char: 'f', helpValue: '<template>', description: 'print it by a Go template' }),
  };
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Inspect);
    const program = this.programFor(flags);

    const name = await this.nameOf(argv, program);
    const text = withoutSecrets(await program.store.document(name), await program.store.secrets(name));
    const document = JSON.parse(text) as Json;
    this.log(flags.format ? parse(flags.format).render(fromJson(document) ?? NONE) : text);
    return document;
  }
}

/** docker-machine kept secrets in the record; what is shown of it goes into logs and reports. */
function withoutSecrets(text: string, secrets: Readonly<Record<string, string>>): string {
  return Object.values(secrets).reduce((shown, secret) => shown.replaceAll(asWritten(secret), '"(hidden)"'), text);
}

/** As Go prints it, who escapes what means something to HTML. */
function asWritten(secret: string): string {
  return JSON.stringify(secret).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

/** docker-machine's words for a template that is none. */
function parse(format: string): GoTemplate {
  try {
    return parseGoTemplate(format);
  } catch (error) {
    if (!isMachineError(error, 'BadOption')) throw error;
    throw new MachineError('BadOption', `template parsing error: ${error.message}`, { exitCode: error.exitCode });
  }
}
