import {
  ArrayField,
  DateTimeField,
  EnumField,
  FieldErrorResponse,
  IntegerField,
  JsonObjectField,
  JsonValueField,
  ObjectField,
  StringField,
} from '#http';

const metadataExample = { config_version: 7, config_source: 'live', layer: 'tenant' };

/** One setting as a flag. */
export class OfrepFlagResponse {
  @StringField({ description: 'The name of the setting', example: 'temperature' })
  key!: string;

  @JsonValueField({
    optional: true,
    description: 'Absent where the setting is null or unlimited: the client uses its own default',
    example: 0.3,
  })
  value?: unknown;

  @EnumField(['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DEFAULT', 'STALE', 'DISABLED', 'UNKNOWN'], {
    description:
      'TARGETING_MATCH: a feature flag; SPLIT: a rollout; STATIC: any other layer; DEFAULT: no value, or the fallback of an outage; STALE: an outage',
    example: 'STATIC',
  })
  reason!: string;

  @StringField({ optional: true, description: 'The layer of the value', example: 'tenant' })
  variant?: string;

  @JsonObjectField({ optional: true, example: metadataExample })
  metadata?: object;
}

class OfrepEndpoint {
  @StringField({
    description: 'On the address of the request. It contains a ticket: keep it out of logs',
    example: '/ofrep/v1/stream?ticket=4f1c2a9b7d3e5f60.495011.Zk1uYzJ4Q2p0b3pXbDhxRg',
  })
  requestUri!: string;
}

class OfrepEventStream {
  @EnumField(['sse'], { example: 'sse' })
  type!: 'sse';

  @ObjectField(() => OfrepEndpoint)
  endpoint!: OfrepEndpoint;
}

/** All settings as flags. */
export class OfrepFlagsResponse {
  @ArrayField(() => OfrepFlagResponse)
  flags!: object[];

  @JsonObjectField({ example: { config_version: 7, config_source: 'live' } })
  metadata!: object;

  @ArrayField(() => OfrepEventStream, {
    optional: true,
    description: 'Streams that announce changes. Absent for a caller with a JWT, which has no tickets',
  })
  eventStreams?: OfrepEventStream[];
}

/** An error in the forms of OFREP and RFC 9457 together. */
export class OfrepErrorResponse {
  @StringField({
    optional: true,
    description: 'The flag, where the request names one',
    example: 'temprature',
  })
  key?: string;

  @StringField({ example: 'FLAG_NOT_FOUND' })
  errorCode!: string;

  @StringField({ example: 'There is no setting "temprature".' })
  errorDetails!: string;

  @StringField({ example: '/problems/not-found' })
  type!: string;

  @StringField({ example: 'Not found' })
  title!: string;

  @IntegerField({ min: 400, max: 599, example: 404 })
  status!: number;

  @StringField({ example: 'There is no setting "temprature".' })
  detail!: string;

  @StringField({ example: '4f1c2a9b7d3e' })
  request_id!: string;

  @ArrayField(() => FieldErrorResponse, { optional: true })
  errors?: FieldErrorResponse[];

  @IntegerField({ min: 0, optional: true, description: 'Of 429', example: 2000 })
  limit?: number;

  @IntegerField({ min: 0, optional: true, description: 'Of 429', example: 0 })
  remaining?: number;

  @DateTimeField({ optional: true, description: 'Of 429' })
  resets_at?: string;
}
