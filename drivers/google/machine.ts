import { resourceName } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import type { GoogleOptions } from './options.js';

/** All that is needed to find a machine, start it again or remove it, whichever options it was made with. */
export type GoogleMachine = {
  readonly project: string;
  readonly zone: string;
  /** Name of the instance: the machine's own where Google takes it, as docker-machine has it; else `tag`. */
  readonly instance: string;
  readonly disk: string;
  /** The machine's name, and the ids of machine and store that its labels have; '' where docker-machine made it. */
  readonly name: string;
  readonly id: string;
  readonly store: string;
  /** The machine's own network tag; its firewall rules begin with it. '' until there is one. */
  readonly tag: string;
  /** Where the firewall rules of the machine stand: "projects/p/global/networks/default". */
  readonly network: string;
  readonly user: string;
  /** Which of its addresses is called. */
  readonly internal: boolean;
  /** It was there before and was taken over (--google-use-existing): it has no labels of ours. */
  readonly foreign: boolean;
  /** False with --google-skip-firewall-create: rules are the user's matter. */
  readonly firewall: boolean;
  /** Requests to make the instance that were refused in the end; a new attempt needs a new request id. */
  readonly attempt: number;
  /** When the instance was last asked for, in milliseconds since 1970. */
  readonly askedAt?: number;
  /** Compute Engine has said that it was made. */
  readonly exists?: boolean;
  readonly endpoint?: string;
  readonly credentialsFile?: string;
};

/** The handle of a machine that is to be made or taken over: where it is, and what its options say. */
export function newMachine(
  { name, id, store, options }: NewHost<GoogleOptions>,
  place: Pick<GoogleMachine, 'project' | 'zone' | 'instance' | 'network' | 'foreign'>,
): GoogleMachine {
  return {
    ...place,
    disk: `${place.instance}-disk`,
    ...{ name, id, store },
    tag: resourceName({ name, id }),
    user: options.username,
    internal: options['use-internal-ip'] || options['use-internal-ip-only'],
    firewall: !options['skip-firewall-create'],
    attempt: 0,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options['credentials-file'] === undefined ? {} : { credentialsFile: options['credentials-file'] }),
  };
}
