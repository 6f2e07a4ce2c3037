import { LoadingLines } from '../states/states.js';
import { ProblemView } from '../states/problem-view.js';
import { Screen } from '../states/screen.js';
import { useExplained, useSettings } from '../settings/use-configuration.js';
import { texts } from '../settings/settings.texts.js';
import { ConfigurationForm } from './configuration-form.js';

/** The tenant's settings: what applies, where it comes from, and a draft that is reviewed before it is saved. */
export function ConfigurationPage() {
  const explained = useExplained();
  const settings = useSettings();
  const failed = [explained, settings].find(({ isError, data }) => isError && data === undefined);
  return (
    <Screen title={texts.title} about={texts.about}>
      {failed && <ProblemView error={failed.error} onRetry={() => void failed.refetch()} />}
      {!failed && !(explained.data && settings.data) && <LoadingLines lines={12} />}
      {explained.data && settings.data && <ConfigurationForm explained={explained.data} {...settings.data} />}
    </Screen>
  );
}
