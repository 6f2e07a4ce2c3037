import { Flag, JsonObject, Text } from '#http';

export class SchemaAnswer {
  @Text({ example: 'https://json-schema.org/draft/2020-12/schema' })
  $schema!: string;

  @Text({ example: 'Settings' })
  title!: string;

  @Text({ example: 'object' })
  type!: string;

  @Flag({ example: false })
  additionalProperties!: boolean;

  @JsonObject({
    description: 'One schema a setting, with x-group and x-set-by',
    example: { temperature: { title: 'Temperature', type: 'number', minimum: 0, maximum: 2, default: 0.7 } },
  })
  properties!: object;
}
