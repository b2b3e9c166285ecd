import { constants, verify, X509Certificate } from 'node:crypto';
import type { StandInAnswer, StandInRequest } from '../server.js';
import { TENANT } from './world.js';

export const CLIENT_ID = '99999999-8888-7777-6666-555555555555';
export const CLIENT_SECRET = 'Abc8Q~standinSecretStandinSecret1234567';
const SCOPES = ['https://management.azure.com/.default', 'https://stack.example/.default'];

export interface Login {
  /** PEM of the certificate that the application has; none at the beginning. */
  certificate: string;
  /** The token of somebody else's that is trusted for the application. */
  federated: string;
  /** The tokens that Resource Manager takes. */
  readonly tokens: Set<string>;
  next: number;
}

/** The token endpoint of Entra (learn.microsoft.com, "OAuth 2.0 client credentials flow on the Microsoft identity platform"). */
export function logIn(request: StandInRequest, login: Login): StandInAnswer {
  const form = new URLSearchParams(request.body);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (!isForm) return refused('invalid_request', 'AADSTS900144: The request body must contain: grant_type.', 400);
  if (request.url.pathname.split('/')[1] !== TENANT)
    return refused(
      'invalid_request',
      'AADSTS90002: Tenant not found. Check to make sure you have the correct tenant ID.',
      400,
    );
  const known = ['grant_type', 'scope', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];
  const unknown = [...form.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined || form.get('grant_type') !== 'client_credentials')
    return refused('unsupported_grant_type', `AADSTS70003: ${unknown ?? 'grant_type'} is not supported.`, 400);
  if (!SCOPES.includes(form.get('scope') ?? ''))
    return refused('invalid_scope', `AADSTS70011: The scope ${form.get('scope') ?? ''} is not valid.`, 400);
  if (form.get('client_id') !== CLIENT_ID)
    return refused('unauthorized_client', 'AADSTS700016: Application was not found in the directory.', 400);
  const wrong = form.has('client_assertion') ? assertionFault(form, login, request) : secretFault(form);
  if (wrong !== undefined) return refused('invalid_client', wrong, 401);
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: 86_399, ext_expires_in: 86_399, access_token: token(login) },
  };
}

export function token(login: Login): string {
  const made = `eyJ0eXAi.standin-${(login.next += 1)}.c2lnbmF0dXJl`;
  login.tokens.add(made);
  return made;
}

function secretFault(form: URLSearchParams): string | undefined {
  return form.get('client_secret') === CLIENT_SECRET
    ? undefined
    : 'AADSTS7000215: Invalid client secret provided. Trace ID: 0000 Correlation ID: 1111';
}

/** learn.microsoft.com, "Microsoft identity platform application authentication certificate credentials". */
function assertionFault(form: URLSearchParams, login: Login, { url }: StandInRequest): string | undefined {
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    return 'AADSTS50027: Invalid assertion type.';
  const assertion = form.get('client_assertion') ?? '';
  if (login.federated !== '' && assertion === login.federated) return undefined;
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const header = decoded(head);
  const claims = decoded(body);
  if (login.certificate === '') return 'AADSTS700027: The certificate is not registered on application.';
  const certificate = new X509Certificate(login.certificate);
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  const isRight =
    header['alg'] === 'PS256' &&
    header['typ'] === 'JWT' &&
    header['x5t#S256'] === thumbprint &&
    claims['aud'] === `${url.origin}${url.pathname}` &&
    claims['iss'] === CLIENT_ID &&
    claims['sub'] === CLIENT_ID &&
    typeof claims['jti'] === 'string' &&
    Number(claims['exp']) > Number(claims['nbf']);
  const key = { key: certificate.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const isSigned = verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  return isRight && isSigned ? undefined : 'AADSTS700027: Client assertion contains an invalid signature.';
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString() || '{}') as Record<string, unknown>;
}

function refused(error: string, description: string, status: number): StandInAnswer {
  return { status, body: { error, error_description: description, error_codes: [1], trace_id: '0000' } };
}
