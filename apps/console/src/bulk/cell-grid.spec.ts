import { cellGridOf } from './cell-grid.js';

const part = (key: string, count: number) => ({ key, label: key, color: 'teal', count });

it('the grid of a bulk update has one square for each tenant, in the order of the outcomes', () => {
  const grid = cellGridOf([part('updated', 2), part('left', 1)], 2);
  expect(grid).toEqual({
    columns: 2,
    rows: 2,
    tenantsPerCell: 1,
    paths: [
      { key: 'updated', color: 'teal', d: 'M1 1h8v8h-8zM11 1h8v8h-8z' },
      { key: 'left', color: 'teal', d: 'M1 11h8v8h-8z' },
    ],
  });
});

it('a square stands for several of very many tenants, and an outcome with one tenant has a square still', () => {
  const { tenantsPerCell, paths } = cellGridOf([part('updated', 9_999), part('invalid', 1)], 100);
  expect(tenantsPerCell).toBe(5);
  expect(paths.map(({ d }) => d.split('M').length - 1)).toEqual([2_000, 1]);
});
