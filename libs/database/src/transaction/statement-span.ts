import { type SpanDescription, attributeNames } from '#telemetry';

/** The span of a statement. Its text has placeholders in place of values. */
export function describeStatement(sql: string): SpanDescription {
  const operation = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'SQL';
  return {
    name: `${operation} postgresql`,
    kind: 'client',
    attributes: {
      [attributeNames.dbSystem]: 'postgresql',
      [attributeNames.dbOperation]: operation,
      [attributeNames.dbQuery]: sql,
    },
  };
}
