import type { RouteObject } from 'react-router';

/** The screens of the platform. Each is loaded when it is opened first. */
export const platformRoutes: RouteObject[] = [];
