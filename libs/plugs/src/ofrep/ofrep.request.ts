import { JsonObjectField, StringField } from '#http';

/** For whom flags are evaluated. */
export class OfrepRequest {
  @JsonObjectField({
    description:
      'The context of OpenFeature. `targetingKey` decides the arm of a rollout over queries; nothing else is used',
    example: { targetingKey: 'user-123' },
  })
  context!: Record<string, unknown>;
}

/** What a client adds when an event made it evaluate again. */
export class OfrepRefetchQuery {
  @StringField({
    optional: true,
    max: 200,
    description: '`etag` of the event: the answer is not older than the change that it announced',
    example: '8-5e6f7a8b',
  })
  flagConfigEtag?: string;

  @StringField({ optional: true, max: 200, description: 'Not used', example: '1771622898' })
  flagConfigLastModified?: string;
}
