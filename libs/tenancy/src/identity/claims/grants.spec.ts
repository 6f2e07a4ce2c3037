import { type GrantMapping, findGrants, findOmittedClaims, mayGive } from './grants.js';

const aMapping = (value: string, rest: Partial<GrantMapping> = {}): GrantMapping => ({
  id: `of-${value}`,
  claim: 'groups',
  value,
  role: 'member',
  tenant_id: 'acme',
  ...rest,
});

describe('findGrants', () => {
  it('nobody gets anything without a mapping that matches', () => {
    expect(findGrants({ groups: ['a'] }, [])).toEqual([]);
    expect(findGrants({}, [aMapping('a')])).toEqual([]);
    for (const groups of [['A'], ['aa'], 'b', [['a']], { a: 'a' }, [1, null], ['a ']])
      expect([groups, findGrants({ groups }, [aMapping('a')])]).toEqual([groups, []]);
  });

  it('reads a text and a list alike, also at a dotted path', () => {
    const grant = [{ role: 'member', tenantId: 'acme', mappingIds: ['of-a'] }];
    expect(findGrants({ groups: 'a' }, [aMapping('a')])).toEqual(grant);
    expect(findGrants({ groups: ['x', 'a'] }, [aMapping('a')])).toEqual(grant);
    const roles = [aMapping('a', { claim: 'realm_access.roles' })];
    expect(findGrants({ realm_access: { roles: ['a'] } }, roles)).toEqual(grant);
  });

  it('a text with spaces is one value', () => {
    expect(findGrants({ groups: 'Legal Team' }, [aMapping('Legal'), aMapping('Team')])).toEqual([]);
    expect(findGrants({ groups: 'Legal Team' }, [aMapping('Legal Team')])).toHaveLength(1);
  });

  it('the exact mapping of a value wins over prefixes, and the longest prefix over shorter ones', () => {
    const mappings = [
      aMapping('*', { tenant_id: 'everyone' }),
      aMapping('team-*', { tenant_id: 'teams' }),
      aMapping('team-a*', { tenant_id: 'a-teams' }),
      aMapping('team-a1', { tenant_id: 'one' }),
    ];
    const tenantsFor = (value: string) =>
      findGrants({ groups: [value] }, mappings).map(({ tenantId }) => tenantId);
    expect(tenantsFor('team-a1')).toEqual(['one']);
    expect(tenantsFor('team-a2')).toEqual(['a-teams']);
    expect(tenantsFor('team-b')).toEqual(['teams']);
    expect(tenantsFor('x')).toEqual(['everyone']);
  });

  it('several values, and several mappings of one value, give several grants', () => {
    const mappings = [
      aMapping('b', { tenant_id: 'globex' }),
      aMapping('a'),
      aMapping('a', { role: 'platform_reader', tenant_id: null }),
    ];
    expect(findGrants({ groups: ['a', 'b'] }, mappings)).toEqual([
      { role: 'platform_reader', tenantId: null, mappingIds: ['of-a'] },
      { role: 'member', tenantId: 'acme', mappingIds: ['of-a'] },
      { role: 'member', tenantId: 'globex', mappingIds: ['of-b'] },
    ]);
  });

  it('the strongest of several roles at one tenant counts', () => {
    const mappings = [
      aMapping('a', { role: 'tenant_admin' }),
      aMapping('b'),
      aMapping('c', { role: 'tenant_admin' }),
    ];
    expect(findGrants({ groups: ['a', 'b', 'c'] }, mappings)).toEqual([
      { role: 'tenant_admin', tenantId: 'acme', mappingIds: ['of-a', 'of-c'] },
    ]);
  });
});

describe('findOmittedClaims', () => {
  it('names the claim that the provider replaced by an address', () => {
    const claims = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://x' } } };
    expect(findOmittedClaims(claims, ['groups', 'roles'])).toEqual(['groups']);
    expect(findOmittedClaims({ ...claims, groups: ['a'] }, ['groups'])).toEqual([]);
    expect(findOmittedClaims({ groups: ['a'] }, ['groups', 'roles'])).toEqual([]);
  });
});

describe('mayGive', () => {
  it('lets a connection of a tenant give roles at this tenant alone', () => {
    expect(mayGive('acme', { role: 'tenant_admin', tenantId: 'acme' })).toBe(true);
    expect(mayGive('acme', { role: 'member', tenantId: 'globex' })).toBe(false);
    expect(mayGive('acme', { role: 'platform_admin', tenantId: null })).toBe(false);
    expect(mayGive(null, { role: 'platform_admin', tenantId: null })).toBe(true);
    expect(mayGive(null, { role: 'member', tenantId: 'acme' })).toBe(true);
    expect(mayGive(null, { role: 'member', tenantId: null })).toBe(false);
  });
});
