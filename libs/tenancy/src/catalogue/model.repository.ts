import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database } from '#database';
import type { Model } from '#settings';
import type { CatalogueEntity, ModelEntity } from './catalogue.entity.js';

type ModelRow = Omit<ModelEntity, 'headers_version' | 'created_at' | 'updated_at'>;

/** `models` is null while there are none. */
type CatalogueRow = Pick<CatalogueEntity, 'version'> & {
  readonly models: (ModelRow & { readonly created_at: string })[] | null;
};

const columnNames = [
  'id',
  'provider',
  'tier',
  'base_url',
  'api_key_env',
  'upstream_model',
  'headers',
  'extra_body',
  'reasoning',
  'context_window',
  'max_output_tokens',
  'temperature_min',
  'temperature_max',
  'input_usd_per_mtok',
  'output_usd_per_mtok',
  'cached_input_usd_per_mtok',
  'cache_write_usd_per_mtok',
  'state',
] as const satisfies (keyof ModelRow)[];
const columns = columnNames.join(', ');

/** The model catalogue as rows; every method runs in the caller's transaction. */
@Injectable()
export class ModelRepository {
  constructor(private readonly database: Database) {}

  /** All models with the catalogue's one version, read in one statement so that they belong together. */
  async findAll(): Promise<Versioned<readonly Model[]>> {
    const sql = `SELECT c.version::float8 AS version,
      (SELECT json_agg(m ORDER BY m.created_at, m.id) FROM (SELECT ${columns}, created_at FROM models) m) AS models
      FROM catalogue c WHERE c.id = 'all'`;
    const [row] = await this.database.query<CatalogueRow>(sql);
    return {
      version: row!.version,
      value: (row!.models ?? []).map(({ created_at: _at, ...model }) => toModel(model)),
    };
  }

  async put(model: Model): Promise<Model> {
    const values = columnNames.map((_name, index) => `$${index + 1}`).join(', ');
    const replacements = columnNames.map((name) => `excluded.${name}`).join(', ');
    const sql = `INSERT INTO models (${columns}) VALUES (${values})
      ON CONFLICT (id) DO UPDATE SET (${columns}, updated_at) = (${replacements}, now()) RETURNING ${columns}`;
    const row = toRow(model);
    const [stored] = await this.database.query<ModelRow>(
      sql,
      columnNames.map((name) => row[name]),
    );
    return toModel(stored!);
  }

  /** True if there was one. */
  async delete(id: string): Promise<boolean> {
    const sql = 'DELETE FROM models WHERE id = $1 RETURNING id';
    return (await this.database.query(sql, [id])).length > 0;
  }

  async retire(id: string): Promise<Model | null> {
    const sql = `UPDATE models SET state = 'retired', updated_at = now() WHERE id = $1 RETURNING ${columns}`;
    const [row] = await this.database.query<ModelRow>(sql, [id]);
    return row ? toModel(row) : null;
  }
}

function toModel({ temperature_min: min, temperature_max: max, ...model }: ModelRow): Model {
  return { ...model, temperature: min === null || max === null ? null : { min, max } };
}

function toRow({ temperature, headers, extra_body, ...model }: Model): Record<keyof ModelRow, unknown> {
  return {
    ...model,
    headers: headers && JSON.stringify(headers),
    extra_body: extra_body && JSON.stringify(extra_body),
    temperature_min: temperature?.min ?? null,
    temperature_max: temperature?.max ?? null,
  };
}
