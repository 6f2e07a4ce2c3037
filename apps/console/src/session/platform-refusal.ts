import { useSession } from './session-context.js';

/** Why this session may not act on the platform; null for a platform admin. */
export function usePlatformRefusal(): string | null {
  return useSession().role === 'platform_admin'
    ? null
    : 'Your role only reads. Ask a platform admin to do this.';
}
