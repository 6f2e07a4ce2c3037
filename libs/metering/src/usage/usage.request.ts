import { DateField } from '#http';

/** Which days are asked for. */
export class UsageQuery {
  @DateField({
    optional: true,
    description: 'The first day (UTC); 29 days before `to` unless told',
    example: '2026-11-01',
  })
  from?: string;

  @DateField({ optional: true, description: 'The last day (UTC); today unless told', example: '2026-11-30' })
  to?: string;
}
