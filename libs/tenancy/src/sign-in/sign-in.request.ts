import { StringField } from '#http';

/** Exactly one of both. */
export class SignInRequest {
  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'An API key of a tenant or of the platform',
    example: 'atn_4f1c2a9b7d3e5f60_0123456789abcdef0123456789abcdef0123456789abcdef89abcdef',
  })
  api_key?: string;

  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description:
      'The one-time code of the link that the service prints when it starts on the embedded database',
  })
  code?: string;
}
