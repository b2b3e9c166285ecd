import { asMachineError, Fault, isFault, type Advice, type FaultKind } from '../../src/cloud/fault.js';
import { text } from '../../src/cloud/found.js';
import { statusFault, type Refusal } from '../../src/cloud/rest.js';
import { member } from '../../src/json.js';

/**
 * Codes of Resource Manager and of the providers behind it ("Troubleshoot common Azure deployment errors", "Troubleshoot
 * allocation failures", "Resolve errors for request throttling", learn.microsoft.com), most specific first.
 */
const KINDS: readonly (readonly [RegExp, FaultKind])[] = [
  [/^(Overconstrained(Zonal)?|Zonal)?Allocation(Failed|Request)/, 'stock'],
  [/^SkuNotAvailable$|^SpotPriceGreater|^SpotSkuNotSupported/, 'stock'],
  [/TooManyRequests|Throttl|^OperationPreempted/, 'throttled'],
  [/^(InvalidAuthentication|ExpiredAuthentication|Authentication|Authorization|LinkedAuthorization)/, 'credentials'],
  [/^(SubscriptionNotFound|InvalidSubscriptionId|DisabledSubscription|ReadOnlyDisabledSubscription)/, 'credentials'],
  [/^(invalid_client|unauthorized_client|invalid_grant|invalid_request|interaction_required)$/, 'credentials'],
  [/^(QuotaExceeded|ResourceQuotaExceeded|SubscriptionQuota)|CountLimitReached$|LimitExceeded$/, 'quota'],
  // Others work on the same thing just now: the request is good, and is sent again.
  [/^(AnotherOperationInProgress|RetryableError|ReferencedResourceNotProvisioned|NicReserved)/, 'unavailable'],
  [/^(ResourceGroupBeingDeleted|OperationPending|ServerTimeout|InternalServerError|GatewayTimeout)/, 'unavailable'],
  [/(^|Resource|Group)NotFound$|^(InvalidResourceReference|ParentResourceNotFound)$/, 'notFound'],
  [/^InUse|InUse$|CannotBeDeleted|Conflict$/, 'conflict'],
  [/^(Invalid|Missing|Unsupported|BadRequest|LocationNotAvailable|ImageNotFound|PlatformImage)/, 'input'],
];
/** OperationNotAllowed says anything, quotas among it; Conflict and BadRequest wrap others. */
const QUOTA_WORDS = /exceeding (approved|quota)|quota limit|regional cores quota|submit a request for quota/i;

/** Resource Manager: {error: {code, message, details}}; the place to log in at: {error, error_description}. */
export function faultOf(refusal: Refusal): Fault {
  const { code, words } = errorIn(refusal.body);
  const byStatus = statusFault(refusal, words || refusal.text || `HTTP ${refusal.status}`);
  // A token that has run out is renewed once; the shared client knows that by the status.
  if (refusal.status === 401 && /Expired|InvalidAuthenticationToken$/.test(code)) return byStatus;
  const retry = byStatus.retryAfterMs === undefined ? {} : { retryAfterMs: byStatus.retryAfterMs };
  return new Fault(kindOf(code, words) ?? byStatus.kind, byStatus.message, { code: code || byStatus.code, ...retry });
}

/** The error that a long operation ended with. */
export function operationFault(body: unknown): Fault {
  const { code, words } = errorIn(body);
  return new Fault(kindOf(code, words) ?? 'other', words || 'the operation failed', { code });
}

function kindOf(code: string, words: string): FaultKind | undefined {
  if (QUOTA_WORDS.test(words)) return 'quota';
  return KINDS.find(([pattern]) => pattern.test(code))?.[1];
}

function errorIn(body: unknown): { code: string; words: string } {
  const error = member(body, 'error');
  if (typeof error === 'string') return { code: error, words: firstLine(member(body, 'error_description')) };
  const inner = member(error, 'details');
  const detail: unknown = Array.isArray(inner) ? inner[0] : undefined;
  const [code, words] = [text(member(error, 'code')), text(member(error, 'message'))];
  const said = text(member(detail, 'message'));
  // Wrappers say nothing of their own: what they wrap tells what happened.
  const isWrapper = /^(Conflict|BadRequest|DeploymentFailed|OperationNotAllowed)?$/.test(code);
  const innerCode = text(member(detail, 'code'));
  return {
    code: isWrapper && innerCode !== '' ? innerCode : code,
    words: said === '' || words.includes(said) ? words : `${words} ${said}`.trim(),
  };
}

/** The place to log in at adds trace ids and a time in further lines. */
function firstLine(value: unknown): string {
  return text(value).split(/\r?\n| Trace ID:/)[0] ?? '';
}

const ADVICE: Advice = {
  credentials: [
    'Check who is logged in: az account show',
    'The login needs the role Contributor on the subscription or the resource group',
    'Check --azure-subscription-id, --azure-tenant-id and --azure-client-id',
  ],
  quota: [
    'Ask for more at https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade',
    'Take another --azure-size or --azure-location',
    'Remove what is not needed: berth gc --driver azure',
  ],
  stock: [
    'Name several sizes, tried in order: --azure-size Standard_B2s_v2,Standard_D2s_v5',
    'Name several zones: --azure-availability-zone 1,2,3',
    'Take another --azure-location',
  ],
  throttled: ['Try again in some minutes'],
  input: ['Look up what the options take: berth drivers azure'],
  unavailable: ['Try again in some minutes', 'Look at https://status.azure.com/'],
};

/** Runs a verb; refusals that reach its edge become what users read. `doing` goes into the message. */
export async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMachineError(error, { title: 'Azure', doing, advice: ADVICE });
  }
}

/** What others use stays. */
export async function unlessUsed(removal: Promise<void>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!isFault(error, 'conflict')) throw error;
  });
}
