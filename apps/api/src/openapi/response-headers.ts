interface Header {
  readonly description: string;
  readonly schema: object;
}

const text = (example: string, schema: object = {}): object => ({ type: 'string', ...schema, example });

/** The headers of answers, by their names. */
export const responseHeaders: Readonly<Record<string, Header>> = {
  'X-Request-Id': {
    description: 'Names the request in the log. A client may send its own.',
    schema: text('4f1c2a9b7d3e-1'),
  },
  ETag: {
    description: 'Of the whole answer, for If-None-Match and If-Match: the version and a hash.',
    schema: text('"7-1a2b3c4d"'),
  },
  Location: {
    description: 'The path of what was created, or of the work that goes on.',
    schema: text('/v1/config/change-requests/4f1c2a9b7d3e5f604f1c2a9b7d3e5f60'),
  },
  'Retry-After': {
    description: 'Seconds to wait before the request is sent again.',
    schema: { type: 'integer', minimum: 1, example: 2 },
  },
  'Attune-Config-Version': {
    description: 'The version of the configuration that the answer used.',
    schema: { type: 'integer', minimum: 1, example: 7 },
  },
  'Attune-Config-Source': {
    description: 'How fresh that configuration is: `live` is normal, the rest means an outage.',
    schema: text('live', { enum: ['live', 'stale', 'last-known-good', 'defaults'] }),
  },
  RateLimit: {
    description:
      'What is left of the hourly limit (draft-ietf-httpapi-ratelimit-headers): `r` requests, and more in `t` seconds. Absent where no limit applies.',
    schema: text('"changes";r=9;t=3599'),
  },
  'RateLimit-Policy': {
    description: 'The limit: `q` requests in `w` seconds.',
    schema: text('"changes";q=10;w=3600'),
  },
  'WWW-Authenticate': {
    description: 'The kind of credential to send.',
    schema: text('Bearer realm="attune"'),
  },
};
