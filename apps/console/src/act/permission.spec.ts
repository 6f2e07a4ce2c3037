import type { Session } from '../session/session-context.js';
import { reasonAgainst, reasonAgainstChange } from './permission.js';

const sessionOf = (role: Session['role'], scopes: Session['scopes'] = null): Session => ({
  actor: 'key:1',
  name: null,
  role,
  tenant_id: role.startsWith('platform') ? null : 'acme',
  tenant_status: role.startsWith('platform') ? null : 'active',
  plan: null,
  scopes,
  changes: null,
  tests: null,
  expires_at: null,
});

describe('reasonAgainst', () => {
  it('a tenant admin without scopes may do everything of the tenant', () => {
    expect(reasonAgainst(sessionOf('tenant_admin'))).toBeNull();
    expect(reasonAgainst(sessionOf('tenant_admin'), { scope: 'documents:write' })).toBeNull();
  });

  it('a member may do only what is for members', () => {
    expect(reasonAgainst(sessionOf('member'))).toMatch(/Only admins/);
    expect(reasonAgainst(sessionOf('member'), { isForMembers: true, scope: 'retrieve' })).toBeNull();
  });

  it('a key with scopes may do only what its scopes open', () => {
    const session = sessionOf('tenant_admin', ['documents:write']);
    expect(reasonAgainst(session, { scope: 'documents:write' })).toBeNull();
    expect(reasonAgainst(session, { scope: 'keys:write' })).toMatch(/scope keys:write/);
    expect(reasonAgainst(session)).toMatch(/none of them/);
    expect(reasonAgainstChange(session)).toMatch(/scope config:propose or config:write/);
  });

  it('the people of a suspended tenant may do only what reads', () => {
    const session = { ...sessionOf('tenant_admin'), tenant_status: 'suspended' as const };
    expect(reasonAgainst(session)).toMatch(/suspended/);
    expect(reasonAgainstChange(session)).toMatch(/suspended/);
    expect(reasonAgainst(session, { scope: 'retrieve', onlyReads: true })).toBeNull();
  });

  it('the platform may do only what its routes have, and a reader nothing', () => {
    expect(reasonAgainst(sessionOf('platform_admin'))).toMatch(/tenant's own people/);
    expect(reasonAgainst(sessionOf('platform_admin'), { isForPlatform: true })).toBeNull();
    expect(reasonAgainst(sessionOf('platform_reader'), { isForPlatform: true })).toMatch(/reader/);
  });
});
