/*
 * What of Compute Engine's v1 is asked here, by the names of its own description (the protos in @google-cloud/compute). The
 * package's types are not imported: their 32 MB would double the time of every type check; test/standins/google holds each
 * request against the protos instead. 64-bit numbers are texts.
 */
interface InProject {
  readonly project: string;
}
interface InZone extends InProject {
  readonly zone: string;
}
interface OfInstance extends InZone {
  readonly instance: string;
}
interface Repeatable {
  /** A UUID; the same request sent again with it has no second effect. */
  readonly requestId: string;
}
interface Listed extends InProject {
  readonly filter?: string;
}
interface Changes<Q> {
  readonly asks: Q & Repeatable;
  readonly gives: Operation;
}

export interface Methods {
  'Instances.get': { asks: OfInstance; gives: Instance };
  'Instances.list': { asks: InZone & Listed; gives: readonly Instance[] };
  'Instances.aggregatedList': { asks: Listed; gives: readonly Instance[] };
  'Instances.insert': Changes<InZone & { readonly instanceResource: Instance }>;
  'Instances.delete': Changes<OfInstance>;
  'Instances.start': Changes<OfInstance>;
  'Instances.stop': Changes<OfInstance>;
  'Instances.resume': Changes<OfInstance>;
  'Instances.setTags': Changes<OfInstance & { readonly tagsResource: Tags }>;
  'Instances.setMetadata': Changes<OfInstance & { readonly metadataResource: Metadata }>;
  'Instances.getSerialPortOutput': {
    asks: OfInstance & { readonly port: number; readonly start?: string };
    gives: { readonly contents?: string };
  };
  'Disks.get': { asks: InZone & { readonly disk: string }; gives: Disk };
  'Disks.delete': Changes<InZone & { readonly disk: string }>;
  'Disks.aggregatedList': { asks: Listed; gives: readonly Disk[] };
  'Firewalls.list': { asks: Listed; gives: readonly Firewall[] };
  'Firewalls.insert': Changes<InProject & { readonly firewallResource: Firewall }>;
  'Firewalls.patch': Changes<InProject & { readonly firewall: string; readonly firewallResource: Firewall }>;
  'Firewalls.delete': Changes<InProject & { readonly firewall: string }>;
  'Images.getFromFamily': { asks: InProject & { readonly family: string }; gives: Image };
  'Images.get': { asks: InProject & { readonly image: string }; gives: Image };
  'MachineTypes.get': { asks: InZone & { readonly machineType: string }; gives: MachineType };
  'MachineTypes.list': { asks: InZone & Listed; gives: readonly MachineType[] };
  'Zones.list': { asks: Listed; gives: readonly Zone[] };
  'Networks.get': {
    asks: InProject & { readonly network: string };
    gives: { readonly autoCreateSubnetworks?: boolean };
  };
  'Subnetworks.get': {
    asks: InProject & { readonly region: string; readonly subnetwork: string };
    gives: { readonly network?: string; readonly stackType?: string; readonly ipv6AccessType?: string };
  };
  'Regions.get': {
    asks: InProject & { readonly region: string };
    gives: { readonly zones: readonly string[] };
  };
  'Addresses.get': {
    asks: InProject & { readonly region: string; readonly address: string };
    gives: { readonly address?: string; readonly status?: string };
  };
  'ZoneOperations.wait': { asks: InZone & { readonly operation: string }; gives: Operation };
  'GlobalOperations.wait': { asks: InProject & { readonly operation: string }; gives: Operation };
}

export interface Operation {
  readonly name?: string;
  readonly status?: string;
  /** A URL; absent for global ones. */
  readonly zone?: string;
  readonly selfLink?: string;
  readonly error?: { readonly errors: readonly OperationError[] };
  readonly httpErrorStatusCode?: number;
}
export interface OperationError {
  readonly code?: string;
  readonly message?: string;
}

export interface Instance {
  readonly name?: string;
  readonly description?: string;
  readonly id?: string;
  readonly status?: string;
  /** A URL in answers. */
  readonly zone?: string;
  readonly machineType?: string;
  readonly minCpuPlatform?: string;
  readonly labels?: Labels;
  readonly metadata?: Metadata;
  readonly tags?: Tags;
  readonly disks?: readonly AttachedDisk[];
  readonly networkInterfaces?: readonly NetworkInterface[];
  readonly scheduling?: Scheduling;
  readonly serviceAccounts?: readonly { readonly email: string; readonly scopes: readonly string[] }[];
  readonly guestAccelerators?: readonly { readonly acceleratorCount: number; readonly acceleratorType: string }[];
}
export type Labels = Readonly<Record<string, string>>;
export interface Metadata {
  readonly fingerprint?: string;
  readonly items?: readonly { readonly key?: string; readonly value?: string }[];
}
export interface Tags {
  readonly fingerprint?: string;
  readonly items?: readonly string[];
}
export interface AttachedDisk {
  readonly diskEncryptionKey?: { readonly kmsKeyName: string };
  readonly boot: boolean;
  readonly autoDelete: boolean;
  readonly type: 'PERSISTENT';
  readonly mode: 'READ_WRITE';
  readonly initializeParams: {
    readonly diskName: string;
    readonly description: string;
    readonly sourceImage: string;
    readonly diskSizeGb: string;
    readonly diskType: string;
    readonly labels: Labels;
    readonly provisionedIops?: string;
    readonly provisionedThroughput?: string;
  };
}
export interface NetworkInterface {
  readonly network?: string;
  readonly subnetwork?: string;
  readonly networkIP?: string;
  readonly stackType?: string;
  readonly ipv6AccessConfigs?: readonly {
    readonly type: string;
    readonly name: string;
    readonly networkTier: string;
  }[];
  readonly accessConfigs?: readonly { readonly type?: string; readonly name?: string; readonly natIP?: string }[];
}
export interface Scheduling {
  readonly provisioningModel?: string;
  readonly instanceTerminationAction?: string;
  readonly onHostMaintenance?: string;
  readonly automaticRestart?: boolean;
}
export interface Disk {
  readonly name?: string;
  readonly description?: string;
  readonly zone?: string;
  readonly labels?: Labels;
}
export interface Firewall {
  readonly name?: string;
  readonly description?: string;
  readonly network?: string;
  readonly direction?: string;
  readonly disabled?: boolean;
  readonly allowed?: readonly { readonly IPProtocol?: string; readonly ports?: readonly string[] }[];
  readonly sourceRanges?: readonly string[];
  readonly targetTags?: readonly string[];
}
export interface Image {
  readonly selfLink?: string;
  readonly name?: string;
  readonly architecture?: string;
  readonly diskSizeGb?: string;
}
export interface MachineType {
  readonly name?: string;
  readonly architecture?: string;
  readonly guestCpus?: number;
  readonly memoryMb?: number;
}
export interface Zone {
  readonly name?: string;
  readonly status?: string;
}
