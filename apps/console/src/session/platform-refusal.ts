import { useSession } from './session-context.js';
import { sessionTexts } from './session.texts.js';

/** Why this session may not act on the platform; null for a platform admin. */
export function usePlatformRefusal(): string | null {
  return useSession().role === 'platform_admin' ? null : sessionTexts.onlyReads;
}
