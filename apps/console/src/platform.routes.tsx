import type { RouteObject } from 'react-router';

/** The screens of the platform. Each is loaded when it is opened first. */
export const platformRoutes: RouteObject[] = [
  {
    path: 'tenants',
    lazy: async () => ({ Component: (await import('./tenants/tenants-page.js')).TenantsPage }),
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
];

/** The screens of one tenant that only the platform has, below `/tenants/:tenantId`. */
export const platformTenantRoutes: RouteObject[] = [
  {
    path: 'administration',
    lazy: async () => ({
      Component: (await import('./administration/administration-page.js')).AdministrationPage,
    }),
  },
];
