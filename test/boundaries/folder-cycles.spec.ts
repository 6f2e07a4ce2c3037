import { globSync } from 'node:fs';
import { join } from 'node:path';
import { findFolderCycles } from './folder-cycles.js';
import { FixtureProject } from './fixture-project.js';

const root = join(import.meta.dirname, '../..');
const libraries = globSync('libs/*/src', { cwd: root }).map((path) => join(path, '..'));

describe('findFolderCycles', () => {
  it('finds no cycle of folders in any library', () => {
    const cycles = libraries.map((library) => [library, findFolderCycles(join(root, library))]);
    expect(cycles.length).toBeGreaterThan(10);
    expect(cycles.filter(([, folders]) => folders!.length > 0)).toEqual([]);
  });

  it('names every folder of a cycle, also of one through a type, and no folder that only leads to it', () => {
    const project = new FixtureProject({
      'libs/shop/src/orders/order.ts': `import type { Customer } from '../customers/customer.js';`,
      'libs/shop/src/customers/customer.ts': `export { Invoice } from '../invoices/pdf/invoice.js';`,
      'libs/shop/src/invoices/pdf/invoice.ts': `export const load = () => import('../../orders/order.js');`,
      'libs/shop/src/web/page.ts': `import '../orders/order.js';\nimport { order } from '../orders/order.js';`,
      'libs/shop/src/orders/order.spec.ts': `import { page } from '../web/page.js';`,
      'libs/shop/src/index.ts': `export { page } from './web/page.js';`,
    });
    try {
      expect(findFolderCycles(join(project.folder, 'libs/shop'))).toEqual([
        'customers',
        'invoices',
        'orders',
      ]);
    } finally {
      project.remove();
    }
  });
});
