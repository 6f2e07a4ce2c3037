import { IntegerField, JsonObjectField, buildExample } from '#http';
import { CreatedTenantResponse } from '../tenant.response.js';

/** The answer to one line of an import. */
export class ImportedLineResponse {
  @IntegerField({ description: 'The number of the line, from 1', example: 1 })
  line!: number;

  @IntegerField({ description: 'The status that `POST` would answer', example: 201 })
  status!: number;

  @JsonObjectField({
    description: 'The tenant with its first key, or a problem',
    example: buildExample(CreatedTenantResponse),
  })
  body!: object;
}
