import type { RouteObject } from 'react-router';

/** The screens of one tenant, below `/tenants/:tenantId`. Each is loaded when it is opened first. */
export const tenantRoutes: RouteObject[] = [];
