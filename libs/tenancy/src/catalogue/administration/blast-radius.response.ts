import { type Type, applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { BooleanField, JsonValueField, ArrayField, StringField, IntegerField, buildExample } from '#http';

/** For changes of what many tenants share. */
export class PreviewQuery {
  @BooleanField({
    optional: true,
    description: 'true: answers with the tenants whose settings would change, and changes nothing',
  })
  preview?: boolean;
}

class ResolvedChangeResponse {
  @StringField({ example: 'max_tokens' })
  field!: string;

  @JsonValueField({ description: 'The effective value now', example: 4000 })
  from!: unknown;

  @JsonValueField({ example: 3000 })
  to!: unknown;
}

class TenantDifferenceResponse {
  @StringField({ example: 'acme-law' })
  tenant_id!: string;

  @ArrayField(() => ResolvedChangeResponse)
  changes!: ResolvedChangeResponse[];
}

class BlastRadiusResponse {
  @IntegerField({ min: 0, description: 'Tenants that it concerns', example: 120 })
  matched!: number;

  @IntegerField({ min: 0, description: 'Tenants whose effective settings would change', example: 1 })
  changed!: number;

  @ArrayField(() => TenantDifferenceResponse, { max: 20 })
  sample!: TenantDifferenceResponse[];
}

/** Declares the answer of a change that can be previewed. */
export function ApiAnswerOrPreview(responseType: Type<object>): MethodDecorator {
  const responseTypes = [responseType, BlastRadiusResponse];
  const content = {
    schema: { oneOf: responseTypes.map((type) => ({ $ref: getSchemaPath(type) })) },
    examples: {
      changed: { value: buildExample(responseType as new () => object) },
      preview: { value: buildExample(BlastRadiusResponse) },
    },
  };
  const description = 'What stands now; with preview=true what would change, and for whom';
  return applyDecorators(
    ApiExtraModels(...responseTypes),
    ApiResponse({ status: 200, description, content: { 'application/json': content } } as never),
  );
}
