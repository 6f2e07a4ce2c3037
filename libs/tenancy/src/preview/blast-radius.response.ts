import { type Type, applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Flag, JsonValue, ListOf, Text, Whole, exampleOf } from '#http';

/** For changes of what many tenants share. */
export class PreviewQuery {
  @Flag({
    optional: true,
    description: 'true: answers with the tenants whose settings would change, and changes nothing',
  })
  preview?: boolean;
}

class ResolvedChangeAnswer {
  @Text({ example: 'max_tokens' })
  field!: string;

  @JsonValue({ description: 'The effective value now', example: 4000 })
  from!: unknown;

  @JsonValue({ example: 3000 })
  to!: unknown;
}

class TenantDifferenceAnswer {
  @Text({ example: 'acme-law' })
  tenant_id!: string;

  @ListOf(() => ResolvedChangeAnswer)
  changes!: ResolvedChangeAnswer[];
}

class BlastRadiusAnswer {
  @Whole({ min: 0, description: 'Tenants that it concerns', example: 120 })
  matched!: number;

  @Whole({ min: 0, description: 'Tenants whose effective settings would change', example: 1 })
  changed!: number;

  @ListOf(() => TenantDifferenceAnswer, { max: 20 })
  sample!: TenantDifferenceAnswer[];
}

/** Declares the answer of a change that can be previewed. */
export function AnswerOrPreview(answer: Type<object>): MethodDecorator {
  const classes = [answer, BlastRadiusAnswer];
  const content = {
    schema: { oneOf: classes.map((type) => ({ $ref: getSchemaPath(type) })) },
    examples: {
      changed: { value: exampleOf(answer as new () => object) },
      preview: { value: exampleOf(BlastRadiusAnswer) },
    },
  };
  const description = 'What stands now; with preview=true what would change, and for whom';
  return applyDecorators(
    ApiExtraModels(...classes),
    ApiResponse({ status: 200, description, content: { 'application/json': content } } as never),
  );
}
