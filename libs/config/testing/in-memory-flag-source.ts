import { type EvaluationContext, InMemoryProvider, type Provider } from '@openfeature/server-sdk';
import { FlagSource } from '../src/overlays/flag-source.js';

type FlagValue = string | number | boolean;

/** Flags that a test sets, in OpenFeature's in-memory provider. */
export class InMemoryFlagSource extends FlagSource {
  private readonly provider = new InMemoryProvider({});

  open(): Promise<Provider> {
    return Promise.resolve(this.provider);
  }

  /** Replaces all flags. For contexts that are not targeted, they have no value. */
  setFlags(
    values: Record<string, FlagValue>,
    isTargeted: (context: EvaluationContext) => boolean = () => true,
  ): void {
    const definitions = Object.entries(values).map(([flag, value]) => [
      flag,
      {
        variants: { set: value, unset: typeof value === 'number' ? Number.NaN : '' },
        defaultVariant: 'unset',
        disabled: false,
        contextEvaluator: (context: EvaluationContext) => (isTargeted(context) ? 'set' : 'unset'),
      },
    ]);
    this.provider.putConfiguration(
      Object.fromEntries(definitions) as Parameters<InMemoryProvider['putConfiguration']>[0],
    );
  }
}
