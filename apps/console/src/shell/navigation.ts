import type { Session } from '../session/session-context.js';
import { isPlatformSession } from '../session/session-context.js';

/** A screen in the navigation. `letter` goes there after `g`. */
export interface NavigationItem {
  readonly path: string;
  readonly label: string;
  readonly letter: string;
}

/** The screens of one tenant, below `/tenants/{id}`. */
export const tenantScreens: readonly NavigationItem[] = [
  { path: '/overview', label: 'Overview', letter: 'o' },
  { path: '/usage', label: 'Usage', letter: 'u' },
  { path: '/configuration', label: 'Configuration', letter: 'c' },
  { path: '/history', label: 'History', letter: 'h' },
  { path: '/documents', label: 'Documents', letter: 'd' },
  { path: '/playground', label: 'Playground', letter: 'p' },
  { path: '/retrieval', label: 'Retrieval', letter: 'v' },
  { path: '/replay', label: 'Replay', letter: 'x' },
  { path: '/golden-questions', label: 'Golden questions', letter: 'q' },
  { path: '/api-keys', label: 'API keys', letter: 'k' },
  { path: '/webhooks', label: 'Webhooks', letter: 'w' },
  { path: '/prompt', label: 'Prompt', letter: 'm' },
  { path: '/branding', label: 'Branding and domain', letter: 'b' },
  { path: '/requests', label: 'Requests', letter: 'r' },
];

/** The screens of the platform. */
export const platformScreens: readonly NavigationItem[] = [
  { path: '/tenants', label: 'Tenants', letter: 't' },
  { path: '/replicas', label: 'Replicas', letter: 'e' },
  { path: '/bulk-updates', label: 'Bulk updates', letter: 'b' },
  { path: '/approvals', label: 'Approvals', letter: 'a' },
  { path: '/rollouts', label: 'Rollouts', letter: 'r' },
  { path: '/plans', label: 'Plans', letter: 'p' },
  { path: '/models', label: 'Models', letter: 'm' },
  { path: '/defaults', label: 'Defaults', letter: 'd' },
  { path: '/usage', label: 'Usage', letter: 'u' },
  { path: '/audit', label: 'Audit', letter: 'l' },
  { path: '/platform-keys', label: 'Platform keys', letter: 'k' },
  { path: '/identity', label: 'Identity', letter: 'y' },
  { path: '/sessions/all', label: 'Sessions', letter: 's' },
  { path: '/platform-webhooks', label: 'Platform webhooks', letter: 'w' },
  { path: '/emergency', label: 'Emergency', letter: '!' },
];

/** The screens of one tenant that only the platform has. */
export const platformTenantScreens: readonly NavigationItem[] = [
  { path: '/investigate', label: 'Investigate', letter: 'i' },
  { path: '/administration', label: 'Administration', letter: 'n' },
];

/** The screens about the signed-in person. */
export const accountScreens: readonly NavigationItem[] = [
  { path: '/account/sessions', label: 'Your sessions', letter: 'z' },
];

/** A screen that a session may open now. */
export interface OpenScreen extends NavigationItem {
  /** Its whole address. */
  readonly to: string;
}

/** The screens of the tenant that is shown, if one is, then those of the platform and one's own. */
export function screensOf(session: Session, tenantId: string | null): readonly OpenScreen[] {
  const isPlatform = isPlatformSession(session);
  const ofTenant = isPlatform ? [...tenantScreens, ...platformTenantScreens] : tenantScreens;
  const others = isPlatform ? [...platformScreens, ...accountScreens] : accountScreens;
  return [
    ...(tenantId === null
      ? []
      : ofTenant.map((item) => ({ ...item, to: `/tenants/${tenantId}${item.path}` }))),
    ...others.map((item) => ({ ...item, to: item.path })),
  ];
}

/** The screen that a session starts with. */
export function homePathOf(session: Session): string {
  return isPlatformSession(session) ? '/tenants' : `/tenants/${session.tenant_id}/overview`;
}
