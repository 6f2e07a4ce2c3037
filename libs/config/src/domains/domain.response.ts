import { BooleanField, StringField } from '#http';

export class VerificationResponse {
  @StringField({ example: 'ask.acme-law.example' })
  domain!: string;

  @BooleanField({ description: 'True when this tenant has verified the domain', example: false })
  verified!: boolean;

  @StringField({
    description: 'Where the TXT record must be',
    example: '_attune.ask.acme-law.example',
  })
  record_name!: string;

  @StringField({
    description: 'The required value of the TXT record. It stays the same for this domain',
    example: 'attune-verification=9f86d081884c7d659a2feaa0c55ad015',
  })
  expected_record!: string;

  @StringField({
    nullable: true,
    description: 'Why the domain is not verified, and what to do; null when it is',
    example:
      '_attune.ask.acme-law.example has no TXT record. Publish the TXT record attune-verification=9f86d081884c7d659a2feaa0c55ad015 there and try again; DNS may take a while to show it.',
  })
  detail!: string | null;
}

export class BrandingResponse {
  @StringField({ example: '#007bff' })
  ui_primary_color!: string;

  @StringField({ nullable: true, example: 'https://acme-law.example/logo.svg' })
  ui_logo_url!: string | null;
}
