import { PartialType } from '@nestjs/swagger';
import { BooleanField, EnumField, PageQuery, StringField, IntegerField } from '#http';
import { TenantSettings } from '#settings';

export class ConfigurationQuery {
  @EnumField(['sources', 'layers'], {
    optional: true,
    description:
      '`sources` adds the layer of every setting, and what the tenant itself stores; `layers` adds the values of all layers, and where the ' +
      'plan does not let one apply',
  })
  include?: 'sources' | 'layers';
}

export class HistoryQuery extends PageQuery {}

export class DiffQuery {
  @IntegerField({ min: 1, example: 1 })
  from!: number;

  @IntegerField({ min: 1, example: 2 })
  to!: number;
}

export class RollbackQuery {
  @IntegerField({ min: 0, optional: true, description: 'Steps back; 0 changes nothing', example: 1 })
  version?: number;
}

export class RollbackRequest {
  @IntegerField({ min: 1, optional: true, description: 'The version to restore', example: 3 })
  to_version?: number;

  @IntegerField({ min: 1, optional: true, description: 'Steps back from the current version' })
  steps?: number;

  @StringField({
    max: 500,
    optional: true,
    nullable: true,
    description: 'Shown in the history',
    example: 'answers got worse',
  })
  reason?: string | null;

  @BooleanField({
    optional: true,
    description: 'For platform admins: changes the tenant also where override_allowed is off; needs a reason',
  })
  force?: boolean;

  @BooleanField({
    optional: true,
    description: "The tenant's golden questions must pass under the new settings, or nothing is changed",
  })
  gate?: boolean;

  @BooleanField({
    optional: true,
    description:
      'Changes nothing and counts as nothing: the answer is `{valid, errors, kept, changes}`, what the rollback would do',
  })
  dry_run?: boolean;
}

export class VersionPath {
  @IntegerField({ min: 1, example: 3 })
  version!: number;

  /** On platform routes. */
  @StringField({ optional: true })
  tenant_id?: string;
}

/** Documents a merge patch of the platform's defaults. `PlatformDefaultsService` validates it. */
export class DefaultsPatch extends PartialType(TenantSettings) {}
