import { PartialType } from '@nestjs/swagger';
import { BooleanField, StringField } from '#http';
import { TenantSettings } from '#settings';

/** Documentation of a patch: any of the settings, and what may stand beside them. Its checks are the change's own. */
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
