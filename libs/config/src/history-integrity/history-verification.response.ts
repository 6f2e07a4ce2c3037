import { BooleanField, EnumField, ObjectField, StringField, IntegerField } from '#http';
import { integrityViolationMessages } from './history-integrity.repository.js';

class BrokenEntryResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @IntegerField({ example: 7 })
  version!: number;

  @EnumField(Object.keys(integrityViolationMessages), { example: 'hash' })
  fault!: string;

  @StringField({ example: 'its contents do not match its hash' })
  message!: string;
}

export class HistoryVerificationResponse {
  @BooleanField({ description: 'Whether the history is unbroken', example: true })
  ok!: boolean;

  @IntegerField({ description: 'Checked tenants, deleted ones too', example: 1200 })
  tenants!: number;

  @IntegerField({ description: 'Checked history entries', example: 48_310 })
  entries!: number;

  @ObjectField(() => BrokenEntryResponse, {
    nullable: true,
    description: 'The first broken entry by tenant and version; later entries were not checked',
  })
  first_broken!: BrokenEntryResponse | null;
}
