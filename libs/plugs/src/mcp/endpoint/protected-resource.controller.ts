import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems, OpenToAllOrigins, publicUrlOf } from '#http';
import { NotFoundError } from '#kernel';
import { TenancyConfig, tenancyConfig } from '#tenancy';
import type { FastifyRequest } from 'fastify';
import { ProtectedResourceResponse } from './protected-resource.response.js';

const notFoundDescription = 'Only where `JWT_ISSUER` is set; else 404.';

/** Metadata of the protected resource (RFC 9728): which identity provider's tokens are accepted. */
@ApiTags('MCP')
@Controller('.well-known/oauth-protected-resource')
export class ProtectedResourceController {
  constructor(@Inject(tenancyConfig.KEY) private readonly config: TenancyConfig) {}

  @Get()
  @Access('public')
  @OpenToAllOrigins()
  @ApiOperation({
    summary: 'Which identity provider issues tokens for this service (RFC 9728)',
    description: notFoundDescription,
  })
  @ApiAnswer(200, ProtectedResourceResponse)
  @ApiProblems('not-found')
  describeService(@Req() request: FastifyRequest): ProtectedResourceResponse {
    return this.describe(publicUrlOf(request));
  }

  @Get('mcp')
  @Access('public')
  @OpenToAllOrigins()
  @ApiOperation({
    summary: 'Which identity provider issues tokens for `/mcp` (RFC 9728)',
    description: notFoundDescription,
  })
  @ApiAnswer(200, ProtectedResourceResponse)
  @ApiProblems('not-found')
  describeMcp(@Req() request: FastifyRequest): ProtectedResourceResponse {
    return this.describe(`${publicUrlOf(request)}/mcp`);
  }

  private describe(resource: string): ProtectedResourceResponse {
    const { jwtIssuer } = this.config;
    if (jwtIssuer === null)
      throw new NotFoundError('This service accepts API keys only; an operator can set JWT_ISSUER.');
    return {
      resource,
      authorization_servers: [jwtIssuer],
      bearer_methods_supported: ['header'],
      resource_name: 'Attune',
    };
  }
}
