import { readdirSync } from 'node:fs';
import { isTenantId } from '#kernel';
import { demoTenants, readDemoText } from './demo-tenants.js';

describe.each(demoTenants)('the demo tenant $tenant_id', ({ tenant_id, documents }) => {
  it('lists every file of its folder as a document, and no other', () => {
    expect(isTenantId(tenant_id)).toBe(true);
    const files = readdirSync(new URL(`${tenant_id}/`, import.meta.url)).map(
      (file) => `${tenant_id}/${file}`,
    );
    expect(documents.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
  });

  it('has complete texts that mention termination and liability', () => {
    const text = documents.map(readDemoText).join('\n');
    expect(documents.every((document) => readDemoText(document).length > 1000)).toBe(true);
    expect(text).toMatch(/terminat[^]*liab/i);
  });
});
