import type { Explained } from '../settings/explanation.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { texts } from '../settings/settings.texts.js';

/** Who looks at the configuration. */
export interface Reader {
  /** Why they may change nothing; null if they may change something. */
  readonly refusal: string | null;
  readonly isPlatform: boolean;
}

/**
 * Why this person cannot change a setting; null if they can. A platform admin may change a setting that a file owns with force, which
 * the sheet offers after the refusal.
 */
export function lockReason(
  { name, setBy, lockedBy }: Pick<SettingSchema, 'name' | 'setBy' | 'lockedBy'>,
  { managedByCode }: Pick<Explained, 'managedByCode'>,
  { refusal, isPlatform }: Reader,
): string | null {
  if (refusal !== null) return refusal;
  if (isPlatform) return null;
  if (managedByCode.includes(name)) return texts.lock.code;
  if (lockedBy !== null) return texts.lock.plan(lockedBy);
  return setBy === 'platform' ? texts.lock.platform : null;
}
