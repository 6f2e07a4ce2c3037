import { StringField } from '#http';

export class BrandingQuery {
  @StringField({
    min: 1,
    max: 300,
    description:
      'A host name, in whatever case, with or without its final dot; internationalised names in either form',
    example: 'ask.acme-law.example',
  })
  domain!: string;
}
