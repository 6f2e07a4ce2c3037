import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { FlagEvaluationService } from '../../src/ofrep/flag-evaluation.service.js';

type FlagSet = Awaited<ReturnType<FlagEvaluationService['evaluate']>>;
type EvaluatedFlag = FlagSet['flags'][number];

interface CanonicalFlag {
  readonly variants: Readonly<Record<string, unknown>>;
  readonly defaultVariant: string;
  readonly disabled?: true;
  /** The targeting key of the variant `hit`. */
  readonly hitKey?: string;
}

const flags = JSON.parse(readFileSync(join(import.meta.dirname, 'canonical-flags.json'), 'utf8')) as Readonly<
  Record<string, CanonicalFlag>
>;

/** The flags of OpenFeature's conformance suite. A change of the tenant's configuration changes `changing-flag`. */
@Injectable()
export class CanonicalFlagSource implements Pick<FlagEvaluationService, 'evaluate'> {
  constructor(private readonly reader: ConfigReader) {}

  async evaluate(tenantId: string, targetingKey?: string): Promise<FlagSet> {
    const { version } = await this.reader.current(tenantId);
    return {
      version,
      flags: Object.entries(flags).map(([key, flag]) => evaluate(key, flag, targetingKey, version)),
      metadata: {},
      headers: {},
    };
  }
}

function evaluate(
  key: string,
  { variants, defaultVariant, disabled, hitKey }: CanonicalFlag,
  targetingKey: string | undefined,
  version: number,
): EvaluatedFlag {
  if (disabled) return { key, reason: 'DISABLED' };
  const resolved = (variant: string, reason: string): EvaluatedFlag => ({
    key,
    value: variants[variant],
    variant,
    reason,
  });
  if (hitKey !== undefined)
    return targetingKey === hitKey ? resolved('hit', 'TARGETING_MATCH') : resolved(defaultVariant, 'DEFAULT');
  const isChanged = key === 'changing-flag' && version % 2 === 0;
  return resolved(isChanged ? 'bar' : defaultVariant, 'STATIC');
}
