import { words } from './words.texts.js';

it('one tenant is no plural', () => {
  expect([words.tenantCount(1), words.tenantCount(812)]).toEqual(['1 tenant', '812 tenants']);
});
