import { MachineError } from '../../src/errors.js';
import type { Image } from './api.js';
import type { Compute } from './client.js';

export type Architecture = 'amd64' | 'arm64';

/** Compute Engine's words for the architectures. */
const WORDS: Readonly<Record<string, Architecture>> = { ARM64: 'arm64', X86_64: 'amd64' };

/** What it does not say is amd64: the first machine types were made before there was another. */
export function architectureOf({ architecture = '' }: { readonly architecture?: string }): Architecture {
  return WORDS[architecture] ?? 'amd64';
}

/** The user's image, or the newest Ubuntu LTS of the architecture by Ubuntu's own family. @throws Fault, MachineError */
export async function findImage(
  named: string | undefined,
  architecture: Architecture,
  compute: Compute,
): Promise<Image & { readonly selfLink: string }> {
  const {
    project,
    family,
    image = '',
  } = named
    ? parseImage(named, compute.project)
    : { project: 'ubuntu-os-cloud', family: `ubuntu-2404-lts-${architecture}` };
  const found = await (family === undefined
    ? compute.ask('Images.get', { project, image })
    : compute.ask('Images.getFromFamily', { project, family }));
  if (found.architecture && architectureOf(found) !== architecture) {
    throw new MachineError('CheckFailed', `image "${found.name}" is for ${architectureOf(found)}`, {
      suggestions: [`Choose an image for ${architecture}, or another --google-machine-type`],
    });
  }
  return { ...found, selfLink: found.selfLink ?? `projects/${project}/global/images/${found.name}` };
}

/** A URL, `projects/P/global/images/…`, `P/global/images/…` as docker-machine takes it, or a name in the own project. */
export function parseImage(
  text: string,
  own: string,
): { readonly project: string; readonly family?: string; readonly image?: string } {
  const PATH =
    /^(?:https:\/\/[^/]+\/compute\/[a-z0-9]+\/)?(?:projects\/)?(?:([^/]+)\/)?global\/images\/(family\/)?([^/]+)$/;
  const [, project = own, family, path] = PATH.exec(text) ?? [];
  const name = path ?? (/^[a-z0-9-]+$/.test(text) ? text : undefined);
  if (name === undefined) {
    throw new MachineError('BadOption', `option --google-machine-image wants an image, got "${text.slice(0, 40)}"`, {
      suggestions: ['Give it as PROJECT/global/images/NAME or PROJECT/global/images/family/NAME'],
    });
  }
  return { project, ...(family ? { family: name } : { image: name }) };
}
