import {
  ArrayField,
  DateTimeField,
  EnumField,
  IntegerField,
  NumberField,
  ObjectField,
  StringField,
} from '#http';

const replicaStates = ['starting', 'ready', 'draining', 'lost'] as const;

class ReplicaResponse {
  @StringField({
    description: 'The name of the host and a random part, one for each start',
    example: 'api-1-5f3c09aa',
  })
  id!: string;

  @StringField({ example: '0.1.0' })
  version!: string;

  @DateTimeField()
  started_at!: string;

  @EnumField(replicaStates, { description: '`lost`: it has not reported for 15 seconds', example: 'ready' })
  state!: (typeof replicaStates)[number];

  @IntegerField({
    nullable: true,
    description: 'How long ago it read the change feed to its end',
    example: 900,
  })
  watermark_age_ms!: number | null;

  @IntegerField({
    nullable: true,
    description:
      'Changes that it had not read from the feed; it may have received them over Redis. Counting ends at 10,000',
    example: 0,
  })
  behind_by!: number | null;

  @StringField({ description: 'As the header `Attune-Config-Source`', example: 'live' })
  source!: string;

  @EnumField(['connected', 'degraded'], { description: 'Its link to Redis', example: 'connected' })
  bus!: 'connected' | 'degraded';

  @IntegerField({ description: 'Entries in its cache', example: 4120 })
  entries!: number;

  @NumberField({
    nullable: true,
    description: 'Reads of configurations that were cached, since its start',
    example: 0.998,
  })
  hit_rate!: number | null;

  @NumberField({
    nullable: true,
    description: '95th percentile of its loads of configurations, rounded up to a bucket',
    example: 5,
  })
  load_p95_ms!: number | null;
}

class TenantCountsResponse {
  @IntegerField({ example: 1200 })
  total!: number;

  @IntegerField({ example: 1190 })
  active!: number;

  @IntegerField({ example: 10 })
  suspended!: number;
}

class BusyTenantResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @IntegerField({ description: 'Versions of its configuration, the first one included', example: 12 })
  changes_last_hour!: number;

  @IntegerField({ description: 'Changes that were refused because they are not valid', example: 3 })
  validation_errors_last_hour!: number;
}

class RecentQueriesResponse {
  @IntegerField({ description: 'Admitted within the last minute', example: 418 })
  last_minute!: number;

  @NumberField({
    nullable: true,
    description: 'Share of them that no model answered, of those that have ended',
    example: 0.01,
  })
  error_rate!: number | null;

  @IntegerField({
    nullable: true,
    description: '95th percentile of the latency of those that were answered',
    example: 1840,
  })
  p95_ms!: number | null;

  @NumberField({ description: 'Cost of the queries of today (UTC) that have ended', example: 41.2 })
  cost_usd_today!: number;
}

class NewestChangeResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @IntegerField({ example: 8 })
  version!: number;

  @DateTimeField()
  at!: string;
}

export class OverviewResponse {
  @ArrayField(() => ReplicaResponse, { description: 'In the order of their start' })
  replicas!: ReplicaResponse[];

  @ObjectField(() => TenantCountsResponse)
  tenants!: TenantCountsResponse;

  @ArrayField(() => BusyTenantResponse, {
    description:
      'At most 10, the busiest first. Counted by the running replicas since their start, at most for an hour',
  })
  busiest!: BusyTenantResponse[];

  @ObjectField(() => RecentQueriesResponse)
  queries!: RecentQueriesResponse;

  @ObjectField(() => NewestChangeResponse, { nullable: true, description: 'null while there is no tenant' })
  newest_change!: NewestChangeResponse | null;
}
