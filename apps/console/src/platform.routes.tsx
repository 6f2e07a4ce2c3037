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
