import { reasonAgainst } from '../act/permission.js';
import { useApiScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';

/** Why the session may not act on the webhooks of the screen; null if it may. The platform does not act on those of a tenant. */
export function useWebhookRefusal(): string | null {
  const { tenantId, refusal } = useApiScope();
  const session = useSession();
  return tenantId === null ? refusal : reasonAgainst(session, { scope: 'config:write' });
}
