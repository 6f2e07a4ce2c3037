import { BooleanField, EnumField, ObjectField, StringField, IntegerField } from '#http';
import { integrityViolationMessages } from './integrity-violation.js';

class BrokenEntryResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @IntegerField({ example: 7 })
  version!: number;

  @EnumField(Object.keys(integrityViolationMessages), { example: 'hash' })
  fault!: string;

  @StringField({ example: 'its contents are not those that its hash stands for' })
  message!: string;
}

export class HistoryVerificationResponse {
  @BooleanField({ description: 'Whether the history is unbroken', example: true })
  ok!: boolean;

  @IntegerField({ description: 'Tenants looked at, deleted ones too', example: 1200 })
  tenants!: number;

  @IntegerField({ description: 'History entries looked at', example: 48_310 })
  entries!: number;

  @ObjectField(() => BrokenEntryResponse, {
    nullable: true,
    description:
      'The first entry that is broken, by tenant and version; what comes behind it was not looked at',
  })
  first_broken!: BrokenEntryResponse | null;
}
