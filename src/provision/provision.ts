import type { Host } from '../host/host.js';
import { apply } from './apply.js';
import { bundleFile } from './bundle.js';
import { isBeginning } from './bundle-version.js';
import type { DockerRepository, Facts, Provision, ProvisionContext, Wanted } from './contract.js';
import { distributionOf } from './distributions.js';
import { installSteps } from './install.js';
import { CONFIGURE, plan, type Step } from './plan.js';
import { probe } from './probe.js';
import { refuseUnfit } from './refuse.js';
import { DOCKER_REPOSITORY } from './repository.js';
import { chooseSource } from './source.js';
import { systemStep, upgradeStep } from './upgrade.js';
import { bundleUpgradeStep, newerBundle } from './upgrade-bundle.js';

export const provisionHost: Provision = async (host, wanted, context) => {
  const { report, signal, machineName } = context;
  const planning = look(host, wanted, context);
  // The host waits for the steps while it is looked at; nothing is done there when no plan comes of it.
  const steps = planning.then(
    (planned) => planned.steps,
    () => [],
  );
  let isListening = true;
  void planning.then(
    ({ facts }) => (isListening = facts.engine.listening === true),
    () => {},
  );
  const onBegin = ({ call }: Step): void => (call === CONFIGURE && !isListening ? context.onStarting?.() : undefined);
  const applying = apply(host, { steps, machineName, report, signal, onBegin });
  const [planned, applied] = await Promise.allSettled([planning, applying]);
  if (planned.status === 'rejected') throw planned.reason;
  if (applied.status === 'rejected') throw applied.reason;
  return { facts: planned.value.facts, steps: planned.value.steps.map(({ title }) => title) };
};

/** Looks at the host, and says what is to be done there. */
async function look(
  host: Host,
  wanted: Wanted,
  context: ProvisionContext,
): Promise<{ facts: Facts; steps: readonly Step[] }> {
  const { report, signal, machineName, repository = DOCKER_REPOSITORY } = context;
  const facts = await report.step('Looking at the host', () =>
    probe(host, { port: wanted.enginePort, repositoryUrl: repository.url, machineName, signal }),
  );
  refuseUnfit(facts, wanted, context);
  // One after the other: certificates that are still being issued when the other fails would be written after its end.
  const installation = await installationFor(facts, wanted, { ...context, repository });
  const certificates = await wanted.certificates(facts);
  const upgrade = [
    ...(wanted.upgradeSystem ? [systemStep(distributionOf(facts), wanted.engine.version)] : []),
    ...(wanted.upgrade && facts.engine.path !== undefined
      ? await upgradeFor(facts, wanted, { ...context, repository })
      : []),
  ];
  return { facts, steps: plan({ facts, wanted, certificates, installation, upgrade, machineName }) };
}

/** An engine is upgraded by what it came with. */
async function upgradeFor(
  facts: Facts,
  { engine }: Wanted,
  { report, signal, repository, cacheFolder, machineName }: ProvisionContext & { repository: DockerRepository },
): Promise<readonly Step[]> {
  if (facts.engine.bundle === undefined) {
    if (engine.bundle !== '') report.warn(`the engine of ${machineName} came in no bundle, and gets none`);
    return [upgradeStep(distributionOf(facts), engine.version)];
  }
  const places = { machineName, repositoryUrl: repository.url, cacheFolder, signal };
  const bundle = await report.step('Fetching the engine', () => newerBundle({ facts, engine, ...places }));
  return bundle === undefined ? [] : [bundleUpgradeStep(bundle, engine.version)];
}

async function installationFor(
  facts: Facts,
  { engine, upgrade = false }: Wanted,
  { report, signal, repository, cacheFolder, machineName }: ProvisionContext & { repository: DockerRepository },
): Promise<readonly Step[]> {
  if (facts.engine.path !== undefined) {
    if (!upgrade && !isBeginning(engine.version, facts.engine.version ?? '')) {
      report.warn(
        `the host has engine ${facts.engine.version ?? 'of unknown version'}, not ${engine.version}; provisioning never replaces an engine`,
      );
    }
    return [];
  }
  const distribution = distributionOf(facts);
  const source = chooseSource({ engine, facts, distribution, machineName });
  const fetched = { engine, arch: facts.arch, repositoryUrl: repository.url, cacheFolder, signal };
  const bundle = source === 'bundle' ? await report.step('Fetching the engine', () => bundleFile(fetched)) : undefined;
  return installSteps(source, { engine, facts, distribution, repository, ...(bundle === undefined ? {} : { bundle }) });
}
