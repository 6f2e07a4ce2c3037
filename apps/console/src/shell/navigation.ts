import type { Session } from '../session/session-context.js';
import { isPlatformSession } from '../session/session-context.js';
import { shellTexts } from './shell.texts.js';

/** A screen in the navigation. `letter` goes there after `g`. */
export interface NavigationItem {
  readonly path: string;
  readonly label: string;
  readonly letter: string;
}

/** The screens of one tenant, below `/tenants/{id}`. */
export const tenantScreens: readonly NavigationItem[] = [
  { path: '/overview', label: shellTexts.screens.overview, letter: 'o' },
  { path: '/usage', label: shellTexts.screens.usage, letter: 'u' },
  { path: '/configuration', label: shellTexts.screens.configuration, letter: 'c' },
  { path: '/history', label: shellTexts.screens.history, letter: 'h' },
  { path: '/documents', label: shellTexts.screens.documents, letter: 'd' },
  { path: '/playground', label: shellTexts.screens.playground, letter: 'p' },
  { path: '/retrieval', label: shellTexts.screens.retrieval, letter: 'v' },
  { path: '/replay', label: shellTexts.screens.replay, letter: 'x' },
  { path: '/golden-questions', label: shellTexts.screens.goldenQuestions, letter: 'q' },
  { path: '/api-keys', label: shellTexts.screens.apiKeys, letter: 'k' },
  { path: '/webhooks', label: shellTexts.screens.webhooks, letter: 'w' },
  { path: '/prompt', label: shellTexts.screens.prompt, letter: 'm' },
  { path: '/branding', label: shellTexts.screens.branding, letter: 'b' },
  { path: '/requests', label: shellTexts.screens.requests, letter: 'r' },
];

/** The screens of the platform. */
export const platformScreens: readonly NavigationItem[] = [
  { path: '/tenants', label: shellTexts.screens.tenants, letter: 't' },
  { path: '/replicas', label: shellTexts.screens.replicas, letter: 'e' },
  { path: '/bulk-updates', label: shellTexts.screens.bulkUpdates, letter: 'b' },
  { path: '/approvals', label: shellTexts.screens.approvals, letter: 'a' },
  { path: '/rollouts', label: shellTexts.screens.rollouts, letter: 'r' },
  { path: '/plans', label: shellTexts.screens.plans, letter: 'p' },
  { path: '/models', label: shellTexts.screens.models, letter: 'm' },
  { path: '/defaults', label: shellTexts.screens.defaults, letter: 'd' },
  { path: '/usage', label: shellTexts.screens.usage, letter: 'u' },
  { path: '/audit', label: shellTexts.screens.audit, letter: 'l' },
  { path: '/platform-keys', label: shellTexts.screens.platformKeys, letter: 'k' },
  { path: '/identity', label: shellTexts.screens.identity, letter: 'y' },
  { path: '/sessions/all', label: shellTexts.screens.sessions, letter: 's' },
  { path: '/platform-webhooks', label: shellTexts.screens.platformWebhooks, letter: 'w' },
  { path: '/emergency', label: shellTexts.screens.emergency, letter: '!' },
];

/** The screens of one tenant that only the platform has. */
export const platformTenantScreens: readonly NavigationItem[] = [
  { path: '/investigate', label: shellTexts.screens.investigate, letter: 'i' },
  { path: '/administration', label: shellTexts.screens.administration, letter: 'n' },
];

/** The screens about the signed-in person. */
export const accountScreens: readonly NavigationItem[] = [
  { path: '/account/sessions', label: shellTexts.screens.ownSessions, letter: 'z' },
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
