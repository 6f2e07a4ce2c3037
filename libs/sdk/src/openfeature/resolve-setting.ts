import {
  ErrorCode,
  type FlagMetadata,
  type ResolutionDetails,
  StandardResolutionReasons,
} from '@openfeature/server-sdk';
import type { Attune, AttuneStatus, SettingName } from '../index.js';

/** What OpenFeature is answered for one setting. */
export function resolveSetting<Value>(
  client: Attune | null,
  key: string,
  fallback: Value,
): ResolutionDetails<Value> {
  const status = client?.status();
  if (!client || !status || status.source === null)
    return refuse(fallback, ErrorCode.PROVIDER_NOT_READY, 'There is no configuration yet.');
  const value: unknown = client.get(key as SettingName);
  if (value === undefined)
    return refuse(fallback, ErrorCode.FLAG_NOT_FOUND, `Unknown setting "${key}"; check the spelling.`);
  const reason = status.stale ? StandardResolutionReasons.STALE : StandardResolutionReasons.STATIC;
  return { reason, ...resolveValue(key, value, fallback), flagMetadata: metadataOf(status, value) };
}

function resolveValue<Value>(key: string, value: unknown, fallback: Value): ResolutionDetails<Value> {
  if (hasNoValue(value, fallback)) return { value: fallback, reason: StandardResolutionReasons.DEFAULT };
  if (typeof value !== typeof fallback)
    return refuse(
      fallback,
      ErrorCode.TYPE_MISMATCH,
      `The setting "${key}" is a ${typeof value}; ask for that type.`,
    );
  return { value: value as Value };
}

function metadataOf(status: AttuneStatus, value: unknown): FlagMetadata {
  return {
    config_version: status.version!,
    config_source: status.source!,
    stale: status.stale,
    ...(value === 'unlimited' && { unlimited: true }),
  };
}

/** Null has no type of its own; a number that is "unlimited" is none. */
function hasNoValue(value: unknown, fallback: unknown): boolean {
  return value === null || (value === 'unlimited' && typeof fallback === 'number');
}

function refuse<Value>(value: Value, errorCode: ErrorCode, errorMessage: string): ResolutionDetails<Value> {
  return { value, reason: StandardResolutionReasons.ERROR, errorCode, errorMessage };
}
