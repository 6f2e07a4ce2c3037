import { StringField } from '#http';

/** A way to sign in, for a button of the console. */
export class SignInButtonResponse {
  @StringField({ description: 'For `connection` of the start', example: 'acme-okta' })
  id!: string;

  @StringField({ description: 'The text of the button: “Sign in with …”', example: 'Acme Okta' })
  label!: string;
}
