import { type TenantFilter, nextSort, tenantSearch, toSelector, toTenantsQuery } from './tenant-filter.js';

const none: TenantFilter = { q: '', plan: '', status: '', label: '', sort: 'tenant_id' };

describe('toTenantsQuery', () => {
  it('sends only what the filter holds, and no label that is half typed', () => {
    expect(toTenantsQuery({ ...none, q: ' law ', status: 'active', label: 'region' })).toEqual({
      sort: 'tenant_id',
      q: 'law',
      status: 'active',
    });
    expect(toTenantsQuery({ ...none, label: 'region:eu' })).toEqual({
      sort: 'tenant_id',
      label: 'region:eu',
    });
  });
});

describe('toSelector', () => {
  it('the plan and the label of the filter become the selector, also with a colon in the value', () => {
    const filter = { ...none, plan: 'pro', label: 'url:https://x' };
    expect(toSelector(filter, [])).toEqual({ plans: ['pro'], labels: { url: 'https://x' } });
  });

  it('ticked tenants win over the filter', () => {
    expect(toSelector({ ...none, plan: 'pro' }, ['a', 'b'])).toEqual({ tenant_ids: ['a', 'b'] });
  });

  it('no filter is every tenant, and says so', () => {
    expect(toSelector(none, [])).toEqual({ all: true });
  });

  it('a search or a state is no selector: it would change other tenants than those that are shown', () => {
    expect(toSelector({ ...none, q: 'law', plan: 'pro' }, [])).toMatch(/not by search\. Clear the search,/);
    expect(toSelector({ ...none, status: 'active' }, [])).toMatch(/not by state\. Clear the state,/);
    expect(toSelector({ ...none, q: 'law', status: 'active' }, [])).toMatch(/not by search and state\./);
  });
});

it('a second click on a column turns its order, and an unknown order in the URL is the first', () => {
  expect(nextSort('tenant_id', 'name')).toBe('name');
  expect(nextSort('name', 'name')).toBe('-name');
  expect(nextSort('-name', 'name')).toBe('name');
  expect(tenantSearch.sort.read('colour')).toBe('tenant_id');
});
