import type { RouteObject } from 'react-router';

/** The screens of the platform. Each is loaded when it is opened first. */
export const platformRoutes: RouteObject[] = [
  {
    path: 'tenants',
    lazy: async () => ({ Component: (await import('./tenants/tenants-page.js')).TenantsPage }),
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
