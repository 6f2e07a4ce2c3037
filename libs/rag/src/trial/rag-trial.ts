import { Injectable } from '@nestjs/common';
import { type CompiledConfiguration, ConfigurationTrial, type TrialAnswer, type TrialInput } from '#config';
import { QueryService } from '../query/query.service.js';

/** Answers questions with a proposed configuration, for the playground, gates and golden questions. `AppModule` binds it to config's port. */
@Injectable()
export class RagTrial extends ConfigurationTrial {
  constructor(private readonly queries: QueryService) {
    super();
  }

  override async ask(
    configuration: CompiledConfiguration,
    trial: TrialInput,
    signal: AbortSignal,
  ): Promise<TrialAnswer> {
    const response = await this.queries.answerWithConfiguration(configuration, trial, signal);
    const { answer, sources, model_used, sandbox, config_applied, usage, timings_ms, degraded } = response;
    return { answer, sources, model_used, sandbox, config_applied, usage, timings_ms, degraded };
  }
}
