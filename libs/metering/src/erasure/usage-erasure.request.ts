import { StringField } from '#http';

/** Whose usage is erased. */
export class UsageErasureRequest {
  @StringField({
    min: 1,
    max: 250,
    description: 'As the queries named the user: `user_id`, else the subject of the credential.',
    example: 'user-42',
  })
  user_id!: string;
}
