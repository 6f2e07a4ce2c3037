import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database, advisoryLockSql } from '#database';
import { type TenantSettings, initialSettings } from '#settings';
import { PlatformDefaultsEntity } from './catalogue.entity.js';

/** The platform's defaults, one row; every method runs in the caller's transaction. `config` caches, checks and changes them. */
@Injectable()
export class PlatformDefaultsRepository {
  constructor(private readonly database: Database) {}

  /** Null until the first replica has filled the row. A setting that the row does not have yet gets Attune's own default. */
  async find(): Promise<Versioned<TenantSettings> | null> {
    const row = await this.database.manager.findOneBy(PlatformDefaultsEntity, { id: 'all' });
    return row ? { version: row.version, value: { ...initialSettings(), ...row.settings } } : null;
  }

  /** @throws Error while the row is missing. */
  async get(): Promise<TenantSettings> {
    const row = await this.find();
    if (!row) throw new Error('The platform defaults are missing; restart a replica to fill them in.');
    return row.value;
  }

  /** Fills the row for the first time, as version 1. @throws QueryFailedError when it exists. */
  async insert(settings: TenantSettings, actor: string): Promise<void> {
    await this.database.manager.insert(PlatformDefaultsEntity, { id: 'all', settings, updated_by: actor });
  }

  /** Replaces all settings; the database raises the version. Does nothing while the row is missing. */
  async update(settings: TenantSettings, actor: string): Promise<void> {
    await this.database.manager.update(
      PlatformDefaultsEntity,
      { id: 'all' },
      { settings, updated_by: actor },
    );
  }

  /** Until the transaction ends, no other one that calls this continues: plans, models and defaults change one at a time. */
  async lockSharedSettings(): Promise<void> {
    await this.database.query(advisoryLockSql.sharedSettings);
  }
}
