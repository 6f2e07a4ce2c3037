import { configEntities } from '#config';
import { databaseEntities } from '#database';
import { meteringEntities } from '#metering';
import { operationsEntities } from '#operations';
import { plugsEntities } from '#plugs';
import { ragEntities } from '#rag';
import { tenancyEntities } from '#tenancy';

/** Every table of the schema; a test compares them with the migrated database. */
export const entities = [
  ...databaseEntities,
  ...tenancyEntities,
  ...configEntities,
  ...meteringEntities,
  ...operationsEntities,
  ...ragEntities,
  ...plugsEntities,
];
