import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accountScreens,
  barePaths,
  platformScreens,
  platformTenantScreens,
  tenantScreens,
} from './screens.js';

const source = join(import.meta.dirname, '../../../apps/console/src');

/** The paths in a part of a file of routes. */
function pathsIn(file: string, from = '', to = '\n];'): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  const start = text.indexOf(from);
  expect(start).toBeGreaterThanOrEqual(0);
  const part = text.slice(start, text.indexOf(to, start));
  return [...part.matchAll(/^ +path: '([^'*]+)'/gm)].map(([, path]) => path!);
}

it('each route of the console has a proof in the list of screens', () => {
  const tenant = 'tenants/:tenantId';
  const ofTenant = [
    ...pathsIn('tenant.routes.tsx', 'tenantRoutes'),
    ...pathsIn('platform.routes.tsx', 'platformTenantRoutes'),
  ].map((path) => `${tenant}/${path}`);
  const others = [
    ...pathsIn('routes.tsx').filter((path) => path !== tenant),
    ...pathsIn('platform.routes.tsx', 'platformRoutes'),
  ];
  const proven = [...tenantScreens, ...platformTenantScreens, ...accountScreens, ...platformScreens];
  expect(others.length).toBeGreaterThan(0);
  expect(ofTenant.length).toBeGreaterThan(0);
  expect([...proven.map(({ path }) => path), ...barePaths].toSorted()).toEqual(
    [...ofTenant, ...others].toSorted(),
  );
});
