import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { send } from '../api/client.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { type Catalogue, entryUrl } from './catalogue.js';
import { words } from '../words/words.texts.js';
import { texts } from './catalogue.texts.js';

interface DeleteEntryProps {
  readonly catalogue: Pick<Catalogue<object>, 'path' | 'screen' | 'nameOf' | 'deletionAbout'>;
  readonly id: string;
}

/** A button that deletes a plan or a model. The service refuses it while a tenant uses the entry. */
export function DeleteEntry({ catalogue, id }: DeleteEntryProps) {
  const [isOpen, setOpen] = useState(false);
  const refusal = usePlatformRefusal();
  const client = useQueryClient();
  const navigate = useNavigate();
  const url = entryUrl(catalogue, id);
  const remove = async (request: HttpRequest): Promise<void> => {
    await send('delete', url, {});
    await navigate(catalogue.screen);
    await client.invalidateQueries({ queryKey: [catalogue.path] });
    notifyDone({ message: texts.deleted(id), request });
  };
  return (
    <>
      <ActButton reason={refusal} variant="default" onClick={() => setOpen(true)}>
        {words.delete}
      </ActButton>
      {isOpen && (
        <ReviewSheet
          title={texts.deleteOne(catalogue.nameOf(id))}
          action={texts.deleteOne(id)}
          isDangerous
          request={{ method: 'DELETE', url }}
          onConfirm={remove}
          onClose={() => setOpen(false)}
        >
          {catalogue.deletionAbout}
        </ReviewSheet>
      )}
    </>
  );
}
