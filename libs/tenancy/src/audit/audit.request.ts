import { DateTimeField, PageQuery, StringField } from '#http';

/** Filters of the audit log; an entry must match all of them. */
export class AuditQuery extends PageQuery {
  @StringField({ min: 1, max: 520, optional: true, description: 'The actor, such as key:<id> or jwt:<sub>' })
  actor?: string;

  @StringField({
    min: 1,
    max: 100,
    optional: true,
    description: 'The tenant that the act concerned; a deleted tenant too',
  })
  tenant_id?: string;

  @StringField({
    max: 100,
    pattern: /^[a-z_]+\.(?:[a-z_]+|\*)$/,
    patternHint: '<kind>.<verb>, or <kind>.*',
    optional: true,
    description: 'An action such as key.revoke, or configuration.* for all actions of a kind',
  })
  action?: string;

  @DateTimeField({ optional: true, description: 'From this time on' })
  from?: string;

  @DateTimeField({ optional: true, description: 'Before this time' })
  to?: string;
}
