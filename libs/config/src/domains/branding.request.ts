import { StringField } from '#http';

export class BrandingQuery {
  @StringField({
    min: 1,
    max: 300,
    description:
      'A host name in upper or lower case, with or without the final dot; an internationalised name in Unicode or Punycode',
    example: 'ask.acme-law.example',
  })
  domain!: string;
}
