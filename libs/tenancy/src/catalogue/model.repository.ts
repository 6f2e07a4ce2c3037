import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database } from '#database';
import type { Model } from '#settings';
import type { CatalogueEntity, ModelEntity } from './catalogue.entity.js';

type ModelRow = Omit<ModelEntity, 'created_at' | 'updated_at'>;

/** `models` is null while there are none. */
type CatalogueRow = Pick<CatalogueEntity, 'version'> & {
  readonly models: (ModelRow & { readonly created_at: string })[] | null;
};

const columns = `id, provider, tier, base_url, api_key_env, context_window, max_output_tokens, temperature_min, temperature_max,
  input_usd_per_mtok, output_usd_per_mtok, state`;

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
    const sql = `INSERT INTO models (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      ON CONFLICT (id) DO UPDATE SET (provider, tier, base_url, api_key_env, context_window, max_output_tokens, temperature_min,
        temperature_max, input_usd_per_mtok, output_usd_per_mtok, state, updated_at) = (excluded.provider, excluded.tier,
        excluded.base_url, excluded.api_key_env, excluded.context_window, excluded.max_output_tokens, excluded.temperature_min,
        excluded.temperature_max, excluded.input_usd_per_mtok, excluded.output_usd_per_mtok, excluded.state, now())
      RETURNING ${columns}`;
    const [row] = await this.database.query<ModelRow>(sql, [
      model.id,
      model.provider,
      model.tier,
      model.base_url,
      model.api_key_env,
      model.context_window,
      model.max_output_tokens,
      model.temperature?.min ?? null,
      model.temperature?.max ?? null,
      model.input_usd_per_mtok,
      model.output_usd_per_mtok,
      model.state,
    ]);
    return toModel(row!);
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
