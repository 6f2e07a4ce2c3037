import { BooleanField, DateTimeField, IntegerField, StringField } from '#http';
import { TenantResponse } from '#tenancy';

/** A tenant with what a list of tenants is read for. */
export class ListedTenantResponse extends TenantResponse {
  @IntegerField({ description: 'The version of the configuration', example: 7 })
  version!: number;

  @DateTimeField({ description: 'When the configuration last changed' })
  last_change_at!: string;

  @StringField({ description: 'Who made that change', example: 'key:4f1c2a9b7d3e5f60' })
  last_change_by!: string;

  @BooleanField({ description: 'false: bulk updates skip the tenant', example: true })
  override_allowed!: boolean;

  @IntegerField({ description: 'Change requests of the tenant that wait for a decision', example: 0 })
  pending_requests!: number;
}
