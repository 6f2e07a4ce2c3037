import {
  accountScreens,
  platformScreens,
  platformTenantScreens,
  screensOf,
  tenantScreens,
} from './navigation.js';
import type { Session } from '../session/session-context.js';

const session = (role: Session['role'], tenantId: string | null) =>
  ({ role, tenant_id: tenantId }) as Session;

it.each([
  ['the platform', [...platformScreens, ...accountScreens]],
  ["a tenant's own people", [...tenantScreens, ...accountScreens]],
  ["the platform's view of a tenant", [...tenantScreens, ...platformTenantScreens]],
])('each letter of %s opens one screen', (_, screens) => {
  const letters = screens.map(({ letter }) => letter);
  expect([...new Set(letters)]).toEqual(letters);
});

it('a tenant admin has the screens of the own tenant and the own sessions only', () => {
  const paths = screensOf(session('tenant_admin', 'acme'), 'acme').map(({ to }) => to);
  expect(paths.filter((path) => !path.startsWith('/tenants/acme/'))).toEqual(['/account/sessions']);
  expect(paths).not.toContain('/tenants/acme/administration');
});

it("the platform has the tenant's screens while one is open, and its own always", () => {
  const open = screensOf(session('platform_admin', null), 'acme').map(({ to }) => to);
  expect(open).toEqual(expect.arrayContaining(['/tenants', '/tenants/acme/administration']));
  expect(screensOf(session('platform_admin', null), null).map(({ to }) => to)).not.toContain(
    '/tenants/acme/administration',
  );
});
