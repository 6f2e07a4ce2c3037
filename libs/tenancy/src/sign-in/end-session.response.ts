import { StringField } from '#http';

/** Where to sign out at the identity provider. */
export class EndSessionResponse {
  @StringField({
    description: 'Send the browser there',
    example:
      'https://id.example/logout?client_id=attune&post_logout_redirect_uri=https%3A%2F%2Fattune.example%2F',
  })
  end_session_url!: string;
}
