import { contextCertificates, isContextName, readContexts, type OwnContext } from '../engine/contexts.js';
import { clientTexts } from '../lifecycle/engine-address.js';
import type { Program } from '../lifecycle/program.js';
import type { MachineName } from '../name.js';
import { engineUrl, isProvisioned, type Machine } from '../record.js';
import type { Examined, Finding } from './finding.js';
import { quoted } from './store-files.js';

export interface ContextExam {
  readonly folder: string;
  /** Machines that can be read. */
  readonly machines: readonly Machine[];
  /** Names of all machines of the store, broken records among them: their contexts may be good. */
  readonly names: readonly MachineName[];
}

/** Docker contexts, and files for `use`, of machines that are gone or are elsewhere now. */
export async function examineContexts({ folder, machines, names }: ContextExam, program: Program): Promise<Examined> {
  const { names: taken, own, broken } = await readContexts(folder);
  // Asking for the store's id makes one where there is none.
  const storeId = own.length > 0 ? await program.store.id() : undefined;
  const ofStore = own.filter((one) => one.storeId === storeId || machines.some(({ id }) => id === one.machineId));
  const ofContexts = await Promise.all(
    ofStore.map((context) => contextFinding(context, { folder, machines, names }, program)),
  );
  const ofMachines = machines.map((machine) => absentContext(machine, { names: taken, ofStore }));
  const stale = new Set(
    [...ofContexts, ...ofMachines].flatMap((finding) =>
      finding?.mend?.kind === 'entrances' ? [finding.mend.machine] : [],
    ),
  );
  const ofFiles = await Promise.all(
    machines.filter(({ name }) => !stale.has(name)).map((machine) => shellFileFinding(machine, program)),
  );
  return {
    group: 'contexts',
    seen: ofStore.length === 1 ? '1 of a machine' : `${ofStore.length} of machines`,
    findings: [...broken.map(brokenFinding), ...ofContexts, ...ofMachines, ...ofFiles].filter(
      (finding) => finding !== undefined,
    ),
  };
}

function brokenFinding(folder: string): Finding {
  return {
    id: 'context-broken',
    severity: 'error',
    fact: 'a docker context cannot be read, so that docker context ls shows none',
    remedy: `Restore the file meta.json in it, or: rm -r ${quoted(folder)}`,
    details: [folder],
  };
}

async function contextFinding(
  { name, machineId, url }: OwnContext,
  { folder, machines, names }: ContextExam,
  program: Program,
): Promise<Finding | undefined> {
  const machine = machines.find(({ id }) => id === machineId);
  if (!machine) {
    if (names.some((one) => one === name)) return undefined;
    return {
      id: 'context-gone',
      severity: 'warning',
      fact: `the docker context "${name}" is of a machine that is gone`,
      // Without -f the client refuses where it is the current one.
      remedy: `docker context rm -f ${name}`,
      mend: { kind: 'drop-context', name, machineId },
    };
  }
  const wanted = engineUrl(machine);
  if (wanted === '') return undefined;
  const shown = await certificatesOf(machine, program);
  const fact =
    url !== wanted
      ? `the docker context "${name}" leads to ${url}, and the machine is at ${wanted}`
      : shown !== undefined && shown !== (await contextCertificates(folder, name))
        ? `the docker context "${name}" holds other certificates than the machine`
        : undefined;
  return fact === undefined ? undefined : entranceFinding('context-stale', fact, machine);
}

/** A machine's, where there is none: it was removed by hand, its name was taken, or docker-machine made the machine. */
function absentContext(
  machine: Machine,
  { names, ofStore }: { readonly names: readonly string[]; readonly ofStore: readonly OwnContext[] },
): Finding | undefined {
  const { name, id, phase } = machine;
  const hasOne = !isContextName(name) || ofStore.some((one) => one.machineId === id || one.name === name);
  if (hasOne || phase !== 'ready' || engineUrl(machine) === '') return undefined;
  if (names.includes(name)) {
    return {
      id: 'context-foreign',
      severity: 'warning',
      fact: `the docker context "${name}" is somebody else's and leads to another engine than the machine's`,
      remedy: `docker context rm -f ${name} && berth doctor --fix`,
    };
  }
  return {
    id: 'context-missing',
    severity: 'note',
    fact: `there is no docker context "${name}" for the machine`,
    remedy: 'berth doctor --fix',
    mend: { kind: 'entrances', machine: name },
  };
}

/** As contextCertificates has them. A machine without any gets its own finding elsewhere. */
async function certificatesOf(machine: Machine, program: Program): Promise<string | undefined> {
  if (machine.transport.kind === 'ssh' || machine.transport.kind === 'tunnel') return '';
  const shown = await clientTexts(machine, program).catch(() => undefined);
  return shown && `${shown.authority}${shown.certificate}${shown.privateKey}`;
}

/** Only where there is one: machines that docker-machine made have none. */
async function shellFileFinding(machine: Machine, { store }: Program): Promise<Finding | undefined> {
  const wanted = engineUrl(machine);
  const text = await store.readFile(machine.name, 'env');
  if (text === undefined || wanted === '' || text.split('\n').includes(`DOCKER_HOST=${wanted}`)) return undefined;
  const fact = `berth use ${machine.name} leads elsewhere than to ${wanted}`;
  return entranceFinding('shell-file-stale', fact, machine);
}

function entranceFinding(id: string, fact: string, machine: Machine): Finding {
  const { name } = machine;
  const remedy = isProvisioned(machine) ? `berth provision ${name}` : 'berth doctor --fix';
  return { id, severity: 'error', fact, remedy, mend: { kind: 'entrances', machine: name } };
}
