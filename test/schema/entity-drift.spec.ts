import { type SchemaColumn, findDrift } from './entity-drift.js';

const id: SchemaColumn = {
  table: 'plans',
  column: 'id',
  type: 'text',
  isNullable: false,
  isPrimary: true,
};
const version: SchemaColumn = { ...id, column: 'version', type: 'bigint', isPrimary: false };

describe('findDrift', () => {
  it('finds nothing when entities and database are equal, in any order', () => {
    expect(findDrift([id, version], [version, id])).toEqual([]);
  });

  it('names a column that no entity has', () => {
    expect(findDrift([id, version], [id])).toEqual(['plans.version: the database has it, no entity has it']);
  });

  it('names a property that the database has no column for', () => {
    expect(findDrift([id], [id, version])).toEqual([
      'plans.version: an entity has it, the database does not',
    ]);
  });

  it('names every column of a table that no entity describes', () => {
    const other = { ...id, table: 'models' };
    expect(findDrift([id, other], [id])).toEqual(['models.id: the database has it, no entity has it']);
  });

  it.each([
    ['type', { type: 'integer' }, 'integer not null'],
    ['nullability', { isNullable: true }, 'bigint null'],
    ['primary key', { isPrimary: true }, 'bigint not null primary key'],
  ])('names a column whose %s differs', (_what, difference, described) => {
    expect(findDrift([{ ...version, ...difference }], [version])).toEqual([
      `plans.version: the database has ${described}, the entity bigint not null`,
    ]);
  });
});
