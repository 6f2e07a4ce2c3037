import { EnumField, StringField } from '#http';

/** Where a sign-in begins. */
export class StartQuery {
  @StringField({
    min: 1,
    max: 50,
    optional: true,
    description:
      'The id of the identity connection. Default: that of the environment, or else the only one of the platform.',
    example: 'acme-okta',
  })
  connection?: string;

  @StringField({
    min: 1,
    max: 2000,
    optional: true,
    description:
      'The page of the console to which the browser comes back: a path of this origin. Default: /.',
    example: '/tenants?q=acme',
  })
  return_to?: string;

  @EnumField(['true', 'false'], {
    optional: true,
    description:
      'true: the provider asks the person to prove who they are, even if it still knows them. For acts that need a recent sign-in.',
    example: 'true',
  })
  reauthenticate?: 'true' | 'false';
}

/** The role that a person picked. */
export class ChoiceRequest {
  @StringField({ min: 1, max: 8000, description: 'As the page of the choice has it', example: 'q83vEjRWeJA' })
  choice!: string;
}

/** What an identity provider sends to end sessions. */
export class LogoutRequest {
  @StringField({
    min: 1,
    max: 16_000,
    description: 'A signed logout token',
    example: 'eyJhbGciOiJSUzI1NiJ9.e30.AA',
  })
  logout_token!: string;
}
