import { ArrayField, StringField } from '#http';

export class ProtectedResourceResponse {
  @StringField({ example: 'https://attune.example/mcp' })
  resource!: string;

  @ArrayField('string', { description: '`JWT_ISSUER`', example: ['https://login.example'] })
  authorization_servers!: string[];

  @ArrayField('string', { example: ['header'] })
  bearer_methods_supported!: string[];

  @StringField({ example: 'Attune' })
  resource_name!: string;
}
