import { BooleanField, StringField } from '#http';

export class VerificationResponse {
  @StringField({ example: 'ask.acme-law.example' })
  domain!: string;

  @BooleanField({ description: 'Whether the domain is in use, and this tenant’s alone', example: false })
  verified!: boolean;

  @StringField({
    description: 'What a TXT record at _attune.<domain> must say; the same as long as the domain is',
    example: 'attune-verification=9f86d081884c7d659a2feaa0c55ad015',
  })
  expected_record!: string;

  @StringField({
    nullable: true,
    description: 'Why it is not verified, and what to do; null when it is',
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
