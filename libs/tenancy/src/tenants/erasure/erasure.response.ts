import { ArrayField, BooleanField, DateTimeField, IntegerField, StringField } from '#http';

export class ErasedTableResponse {
  @StringField({ example: 'documents' })
  table!: string;

  @IntegerField({ description: 'Rows of the tenant that the table still has', example: 0 })
  rows!: number;

  @IntegerField({ description: 'Those of them that hold settings or other texts: 0', example: 0 })
  with_content!: number;
}

/** What is left of a deleted tenant, counted now. */
export class ErasureResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @DateTimeField()
  deleted_at!: string;

  @StringField({ description: 'Who deleted it', example: 'key:4f1c2a9b7d3e5f60' })
  deleted_by!: string;

  @DateTimeField({ description: 'When the rows were counted' })
  checked_at!: string;

  @BooleanField({
    description: 'No table holds anything of the tenant but digests and names of acts',
    example: true,
  })
  complete!: boolean;

  @ArrayField(() => ErasedTableResponse, { description: 'Every table that has rows of tenants' })
  tables!: ErasedTableResponse[];
}
