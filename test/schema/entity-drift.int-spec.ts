import { testDatabases } from '#testing';
import { entities } from '../../apps/api/src/entities.js';
import { findDrift, readDatabaseColumns, readEntityColumns } from './entity-drift.js';

describe.each(testDatabases)('findDrift on %s', (_name, open) => {
  it('finds no difference between the entities of the product and the migrated schema', async () => {
    const { database, close } = await open();
    const columns = await database.readGlobal(async () => ({
      database: await readDatabaseColumns(database),
      entities: readEntityColumns(database.manager),
    }));
    await close();
    expect(findDrift(columns.database, columns.entities)).toEqual([]);
    expect(new Set(columns.entities.map(({ table }) => table)).size).toBe(entities.length);
  });
});
