import { overrideAllowed } from '../draft/patch.js';

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
  const purpose = reason.trim() === '' ? '.' : `: ${reason.trim()}`;
  return [
    `Please let the platform change the settings of ${tenantId}${purpose}`,
    `${consoleUrl}/tenants/${encodeURIComponent(tenantId)}/configuration?setting=${overrideAllowed}`,
    'Switch on “The platform may change these settings”, then review and save.',
  ].join('\n');
}
