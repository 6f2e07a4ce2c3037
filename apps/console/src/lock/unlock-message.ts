import { overrideAllowed } from '../draft/patch.js';
import { texts } from './lock.texts.js';

/** What a platform admin asks of a tenant, and where. */
export interface UnlockQuestion {
  /** The address of the console: `https://attune.example`. */
  readonly consoleUrl: string;
  readonly tenantId: string;
  /** Empty for none. */
  readonly reason: string;
}

/** A message that asks the admins of a tenant to unlock it. Its link opens the lock on the configuration screen. */
export function unlockMessage({ consoleUrl, tenantId, reason }: UnlockQuestion): string {
  return [
    texts.unlock.please(tenantId, reason.trim()),
    `${consoleUrl}/tenants/${encodeURIComponent(tenantId)}/configuration?setting=${overrideAllowed}`,
    texts.unlock.how,
  ].join('\n');
}
