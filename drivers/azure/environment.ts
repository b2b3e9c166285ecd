import { endpointUrl } from '../../src/cloud/rest.js';
import { MachineError } from '../../src/errors.js';
import type { Account } from './handle.js';

/** The clouds' addresses (learn.microsoft.com, "Azure national clouds" and "Azure Government developer guide"). */
const CLOUDS: Readonly<Record<string, Pick<Account, 'endpoint' | 'authority'>>> = {
  azurepubliccloud: { endpoint: 'https://management.azure.com', authority: 'https://login.microsoftonline.com' },
  azurechinacloud: { endpoint: 'https://management.chinacloudapi.cn', authority: 'https://login.chinacloudapi.cn' },
  azureusgovernmentcloud: {
    endpoint: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
  },
};
/** The spellings of the az program. */
const ALIASES: Readonly<Record<string, string>> = {
  azurecloud: 'azurepubliccloud',
  azureusgovernment: 'azureusgovernmentcloud',
};

interface Wish {
  readonly environment: string;
  readonly endpoint?: string;
  readonly 'authority-host'?: string;
  readonly audience?: string;
}

/** @throws MachineError BadOption for a cloud that is closed or was never there */
export function placeOf(wish: Wish): Pick<Account, 'endpoint' | 'authority' | 'audience'> {
  const cloud = cloudOf(wish.environment);
  const endpoint = wish.endpoint ? endpointUrl(wish.endpoint, 'azure-endpoint') : cloud.endpoint;
  return {
    endpoint,
    authority: wish['authority-host'] ? authorityUrl(wish['authority-host']) : cloud.authority,
    audience: wish.audience ?? cloud.endpoint,
  };
}

function cloudOf(environment: string): Pick<Account, 'endpoint' | 'authority'> {
  const key = environment.toLowerCase();
  if (key === 'azuregermancloud')
    throw new MachineError('BadOption', 'the cloud "AzureGermanCloud" was closed in 2021', {
      suggestions: ['Use --azure-location germanywestcentral of AzurePublicCloud'],
    });
  const cloud = CLOUDS[ALIASES[key] ?? key];
  if (cloud) return cloud;
  throw new MachineError('BadOption', `option --azure-environment knows no cloud "${environment}"`, {
    suggestions: ['Use AzurePublicCloud, AzureChinaCloud or AzureUSGovernmentCloud', 'Give --azure-endpoint'],
  });
}

/** Other programs take AZURE_AUTHORITY_HOST without its scheme too. */
function authorityUrl(text: string): string {
  return endpointUrl(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`, 'azure-authority-host');
}
