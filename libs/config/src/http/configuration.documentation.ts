import { HttpCode, applyDecorators } from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiOperation } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, ApiRequestBody } from '#http';
import { ChangeRequestResponse } from '../approvals/change-request.request.js';
import { PatchRequest } from '../change/patch.request.js';
import {
  ConfigurationResponse,
  DiffResponse,
  HistoryEntryResponse,
  HistoryVersionResponse,
  RolledBackResponse,
  ValidityResponse,
} from './configuration.response.js';

const patchExample = {
  temperature: 0.3,
  ui_logo_url: null,
  prompt_variables: { tone: 'friendly' },
  reason: 'more careful',
};
const validityExample = {
  valid: false,
  errors: [
    {
      field: 'temperature',
      rule: 'max',
      message: 'temperature must be at most 2.',
      value: 3,
      min: 0,
      max: 2,
    },
  ],
};
const ifMatch = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'The tag of an earlier answer, its version, a list of them, or *',
});
const ifNoneMatch = ApiHeader({
  name: 'If-None-Match',
  required: false,
  description: 'The tag of an earlier answer: 304 when nothing changed since',
});
const configurationHeaders = ['ETag', 'Attune-Config-Version', 'Attune-Config-Source'] as const;
const changeHeaders = [...configurationHeaders, 'RateLimit', 'RateLimit-Policy'] as const;
const changeProblems = [
  'version-mismatch',
  'concurrent-update',
  'override-not-allowed',
  'managed-by-code',
  'gate-failed',
  'conflict',
] as const;

const pendingApprovalAnswer = ApiAnswer(202, ChangeRequestResponse, {
  description: 'Waits for approval; Location names the change request',
});

/** The OpenAPI documentation of the configuration's routes. */
export const ReadDocumentation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'The effective settings' }),
    ifNoneMatch,
    ApiAnswer(200, ConfigurationResponse, { headers: configurationHeaders }),
    ApiAnswer(304, null, { description: 'Nothing changed since that tag', headers: configurationHeaders }),
  );

export const ChangeDocumentation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'Change settings: a merge patch (RFC 7396), null removes the own value' }),
    ApiConsumes('application/json', 'application/merge-patch+json'),
    ifMatch,
    ApiRequestBody(PatchRequest, patchExample),
    ApiAnswer(200, ConfigurationResponse, { headers: changeHeaders }),
    pendingApprovalAnswer,
    ApiProblems(...changeProblems),
  );

export const ValidateDocumentation = (): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    ApiOperation({ summary: 'Validate a patch; nothing is changed' }),
    ApiRequestBody(PatchRequest, patchExample),
    ApiAnswer(200, ValidityResponse, { example: validityExample }),
  );

export const HistoryDocumentation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'Every change, newest first' }),
    ApiAnswer(200, [HistoryEntryResponse]),
  );

export const VersionDocumentation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'One version: all settings that the tenant stored' }),
    ApiAnswer(200, HistoryVersionResponse),
    ApiProblems('not-found'),
  );

export const DiffDocumentation = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'What differs between two versions' }),
    ApiAnswer(200, DiffResponse),
    ApiProblems('not-found'),
  );

export const RollBackDocumentation = (): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    ApiOperation({
      summary: 'Restore an old version as a new one',
      description:
        'With `dry_run: true` nothing is changed, and the answer is `{valid, errors, kept, changes}`: what the rollback would do.',
    }),
    ifMatch,
    ApiAnswer(200, RolledBackResponse, { headers: changeHeaders }),
    pendingApprovalAnswer,
    ApiProblems('not-found', 'rollback-invalid', ...changeProblems),
  );
