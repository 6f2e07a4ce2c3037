import type { RouteObject } from 'react-router';

/** The screens of the platform. Each is loaded when it is opened first. */
export const platformRoutes: RouteObject[] = [
  {
    path: 'tenants',
    lazy: async () => ({ Component: (await import('./tenants/tenants-page.js')).TenantsPage }),
  },
  {
    path: 'replicas',
    lazy: async () => ({ Component: (await import('./replicas/replicas-page.js')).ReplicasPage }),
  },
  {
    path: 'bulk-updates',
    lazy: async () => ({ Component: (await import('./bulk/bulk-list-page.js')).BulkListPage }),
  },
  {
    path: 'bulk-updates/new',
    lazy: async () => ({ Component: (await import('./bulk/new-bulk-page.js')).NewBulkPage }),
  },
  {
    path: 'bulk-updates/:id',
    lazy: async () => ({ Component: (await import('./bulk/operation-page.js')).OperationPage }),
  },
  {
    path: 'defaults',
    lazy: async () => ({ Component: (await import('./defaults/defaults-page.js')).DefaultsPage }),
  },
  {
    path: 'plans',
    lazy: async () => ({ Component: (await import('./plans/plans-page.js')).PlansPage }),
  },
  {
    path: 'plans/:plan',
    lazy: async () => ({ Component: (await import('./plans/plan-page.js')).PlanPage }),
  },
  {
    path: 'models',
    lazy: async () => ({ Component: (await import('./models/models-page.js')).ModelsPage }),
  },
  {
    path: 'models/:id',
    lazy: async () => ({ Component: (await import('./models/model-page.js')).ModelPage }),
  },
  {
    path: 'approvals',
    lazy: async () => ({ Component: (await import('./approvals/approvals-page.js')).ApprovalsPage }),
  },
  {
    path: 'rollouts',
    lazy: async () => ({ Component: (await import('./rollouts/rollouts-page.js')).RolloutsPage }),
  },
  {
    path: 'rollouts/new',
    lazy: async () => ({ Component: (await import('./rollouts/new-rollout-page.js')).NewRolloutPage }),
  },
  {
    path: 'rollouts/:id',
    lazy: async () => ({ Component: (await import('./rollouts/rollout-page.js')).RolloutPage }),
  },
  {
    path: 'audit',
    lazy: async () => ({ Component: (await import('./audit/audit-page.js')).AuditPage }),
  },
  {
    path: 'usage',
    lazy: async () => ({
      Component: (await import('./platform-usage/platform-usage-page.js')).PlatformUsagePage,
    }),
  },
  {
    path: 'platform-keys',
    lazy: async () => ({
      Component: (await import('./platform-keys/platform-keys-page.js')).PlatformKeysPage,
    }),
  },
  {
    path: 'sessions/all',
    lazy: async () => ({
      Component: (await import('./platform-sessions/platform-sessions-page.js')).PlatformSessionsPage,
    }),
  },
  {
    path: 'platform-webhooks',
    lazy: async () => ({
      Component: (await import('./platform-webhooks/platform-webhooks-page.js')).PlatformWebhooksPage,
    }),
  },
  {
    path: 'identity',
    lazy: async () => ({ Component: (await import('./identity/identity-page.js')).IdentityPage }),
  },
  {
    path: 'identity/:id',
    lazy: async () => ({ Component: (await import('./identity/connection-page.js')).ConnectionPage }),
  },
  {
    path: 'emergency',
    lazy: async () => ({ Component: (await import('./emergency/emergency-page.js')).EmergencyPage }),
  },
];

/** The screens of one tenant that only the platform has, below `/tenants/:tenantId`. */
export const platformTenantRoutes: RouteObject[] = [
  {
    path: 'investigate',
    lazy: async () => ({
      Component: (await import('./investigate/investigate-page.js')).InvestigatePage,
    }),
  },
  {
    path: 'administration',
    lazy: async () => ({
      Component: (await import('./administration/administration-page.js')).AdministrationPage,
    }),
  },
];
