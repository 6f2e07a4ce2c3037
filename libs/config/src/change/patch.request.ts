import { PartialType } from '@nestjs/swagger';
import { BooleanField, StringField } from '#http';
import { TenantSettings } from '#settings';

/** Documents the body of a patch: any settings, and the options of the change. `parseChange` validates it. */
export class PatchRequest extends PartialType(TenantSettings) {
  @BooleanField({ optional: true, description: 'Whether bulk updates may change this configuration' })
  override_allowed?: boolean;

  @StringField({
    max: 500,
    optional: true,
    description: 'The history shows it',
    example: 'more careful answers',
  })
  reason?: string;

  @BooleanField({
    optional: true,
    description: 'Platform admins: also where override_allowed is off or a file owns it; needs a reason',
  })
  force?: boolean;

  @BooleanField({
    optional: true,
    description: "The tenant's golden questions must pass under the new settings, or nothing is changed",
  })
  gate?: boolean;
}
