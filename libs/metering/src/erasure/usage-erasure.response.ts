import { DateTimeField, IntegerField, StringField } from '#http';

/** What was erased of a user, for whoever asked for it. */
export class UsageErasureResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @StringField({ example: 'user-42' })
  user_id!: string;

  @IntegerField({ description: 'Lines of the usage log that named the user and no longer do', example: 12 })
  erased!: number;

  @IntegerField({ description: 'Lines that still name the user: 0', example: 0 })
  remaining!: number;

  @DateTimeField()
  erased_at!: string;
}
