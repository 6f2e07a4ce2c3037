import { fieldSchema } from '#http';
import { TenantSettings, settingDeclarations } from '#settings';

type JsonSchema = Record<string, unknown>;

const headProperties: JsonSchema = {
  tenant: {
    type: 'string',
    pattern: '^[a-z0-9-]{1,100}$',
    description: 'The id of the tenant',
    examples: ['acme-law'],
  },
  exported_version: {
    type: 'integer',
    minimum: 1,
    description:
      'The version that attune export read. Until the first apply, changes since that version count as drift',
  },
};

/** The JSON Schema of a tenant's file, for editors. Only the server knows the bounds of the tenant's plan and the models. */
export function tenantFileSchema(): JsonSchema {
  const groups = Map.groupBy(settingDeclarations, ({ yamlPath }) => yamlPath.split('.')[0]!);
  const inGroups = [...groups].map(([group, members]) => [group, groupSchema(members)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "A tenant's settings, managed by code",
    type: 'object',
    additionalProperties: false,
    required: ['tenant'],
    properties: { ...headProperties, ...Object.fromEntries(inGroups) },
  };
}

function groupSchema(declarations: typeof settingDeclarations): JsonSchema {
  const properties = declarations.map((setting) => [setting.yamlPath.split('.')[1]!, settingSchema(setting)]);
  return {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(properties) as JsonSchema,
  };
}

/** A file names a setting or leaves it out, so null is never a value and no setting is required. */
function settingSchema({ name, title, settableBy }: (typeof settingDeclarations)[number]): JsonSchema {
  const { nullable: _nullable, required: _required, example, ...schema } = fieldSchema(TenantSettings, name);
  return {
    title,
    ...schema,
    ...(example === undefined ? {} : { examples: [example] }),
    'x-set-by': settableBy,
  };
}
