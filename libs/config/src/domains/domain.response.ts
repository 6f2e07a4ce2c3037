import { Flag, Text } from '#http';

export class VerificationAnswer {
  @Text({ example: 'ask.acme-law.example' })
  domain!: string;

  @Flag({ description: 'Whether the domain is in use, and this tenant’s alone', example: false })
  verified!: boolean;

  @Text({
    description: 'What a TXT record at _attune.<domain> must say; the same as long as the domain is',
    example: 'attune-verification=9f86d081884c7d659a2feaa0c55ad015',
  })
  expected_record!: string;

  @Text({
    nullable: true,
    description: 'Why it is not verified, and what to do; null when it is',
    example:
      '_attune.ask.acme-law.example has no TXT record. Publish the TXT record attune-verification=9f86d081884c7d659a2feaa0c55ad015 there and try again; DNS may take a while to show it.',
  })
  detail!: string | null;
}

export class BrandingAnswer {
  @Text({ example: '#007bff' })
  ui_primary_color!: string;

  @Text({ nullable: true, example: 'https://acme-law.example/logo.svg' })
  ui_logo_url!: string | null;
}
