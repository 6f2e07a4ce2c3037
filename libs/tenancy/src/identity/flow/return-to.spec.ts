import { isConsolePath } from './return-to.js';

describe('isConsolePath', () => {
  it.each([
    '/',
    '/tenants',
    '/tenants/acme?tab=keys#history',
    '/tenants?q=100%25',
    '/a%20b',
    '/a//b',
    '/tenants?q=%5C&next=%2F%2Fa',
  ])('accepts %s', (path) => {
    expect(isConsolePath(path)).toBe(true);
  });

  it.each([
    '',
    'tenants',
    'https://evil.example',
    'javascript:alert(1)',
    '//evil.example',
    String.raw`/\evil.example`,
    String.raw`\\evil.example`,
    String.raw`/a\b`,
    '/%2Fevil.example',
    '/%2fevil.example',
    '/%5Cevil.example',
    '/%255Cevil.example',
    '/%25252Fevil.example',
    '/\tevil',
    '/\t/evil.example',
    '/\n/evil.example',
    '/%09/evil.example',
    '/%0d%0aset-cookie:x=1',
    '/%00',
    '/%zz',
    '/%E0%A4%A',
    '/v1/session/oidc/start',
    `/${'a'.repeat(2000)}`,
    ' /tenants',
    '@evil.example',
  ])('refuses %j', (path) => {
    expect(isConsolePath(path)).toBe(false);
  });
});
