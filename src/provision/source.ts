import { MachineError } from '../errors.js';
import { NO_INSTALL, type EngineOptions } from '../record.js';
import type { Facts } from './contract.js';
import type { Distribution } from './distributions.js';

/** Where an engine comes from: a script of the user's, Docker's packages, the distribution's, a static bundle. */
export type Source = 'url' | 'docker' | 'distribution' | 'bundle';

/** The least free space an engine's packages and their downloads need, in MiB: docker-ce takes about 450 unpacked. */
const LEAST_FREE_MIB = 1_024;

export interface SourceWish {
  readonly engine: EngineOptions;
  readonly facts: Facts;
  readonly distribution: Distribution;
  readonly machineName: string;
}

/** Which source to take on this host. @throws MachineError ProvisionFailed, BadOption */
export function chooseSource({ engine, facts, distribution, machineName }: SourceWish): Source {
  if (engine.installUrl === NO_INSTALL) {
    throw new MachineError('ProvisionFailed', `no engine on ${machineName}, and --engine-install-url is "none"`, {
      suggestions: [
        'Install an engine on the host yourself, and run create again',
        'Leave out --engine-install-url none',
      ],
    });
  }
  refuseFullDisk(facts, machineName);
  if (engine.installUrl !== '') return 'url';
  if (engine.source !== 'auto') return refuseImpossible(engine.source, distribution, facts);
  const reaches = facts.reaches ?? { docker: true, distribution: true };
  if (reaches.docker && distribution.dockerFamily !== undefined && facts.init === 'systemd') return 'docker';
  if (reaches.distribution && distribution.packages) return 'distribution';
  if (facts.init === 'systemd') return 'bundle';
  throw new MachineError('ProvisionFailed', `${machineName} reaches neither its own package archive nor Docker's`, {
    suggestions: [
      'Check its name server and its route to the internet',
      'Install an engine on the host yourself, and run create again',
    ],
  });
}

function refuseImpossible(
  source: 'docker' | 'distribution' | 'bundle',
  { name, dockerFamily, packages }: Distribution,
  { init }: Facts,
): Source {
  // A bundle brings units of systemd.
  const possible = {
    docker: dockerFamily !== undefined,
    distribution: packages !== undefined,
    bundle: init === 'systemd',
  };
  if (possible[source]) return source;
  throw new MachineError('BadOption', `${name} has no engine from the source "${source}"`, {
    suggestions: ['Leave out --engine-source'],
  });
}

function refuseFullDisk({ freeMib }: Facts, machineName: string): void {
  if (freeMib >= LEAST_FREE_MIB) return;
  const space = `${freeMib} MiB free, ${LEAST_FREE_MIB} MiB needed`;
  throw new MachineError('ProvisionFailed', `no space for an engine on ${machineName}: ${space}`, {
    suggestions: ['Free some space on the host, or give it a larger disk'],
  });
}
