import { Flag, OneOf, Part, Text, Whole } from '#http';
import { chainFaults } from './chain-fault.js';

class BrokenEntryAnswer {
  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @Whole({ example: 7 })
  version!: number;

  @OneOf(Object.keys(chainFaults), { example: 'hash' })
  fault!: string;

  @Text({ example: 'its contents are not those that its hash stands for' })
  message!: string;
}

export class HistoryVerificationAnswer {
  @Flag({ description: 'Whether the history is unbroken', example: true })
  ok!: boolean;

  @Whole({ description: 'Tenants looked at, deleted ones too', example: 1200 })
  tenants!: number;

  @Whole({ description: 'History entries looked at', example: 48_310 })
  entries!: number;

  @Part(() => BrokenEntryAnswer, {
    nullable: true,
    description:
      'The first entry that is broken, by tenant and version; what comes behind it was not looked at',
  })
  first_broken!: BrokenEntryAnswer | null;
}
