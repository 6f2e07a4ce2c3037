import { Anchor, Text, type TextProps } from '@mantine/core';
import { Link } from 'react-router';
import { reasonAgainst } from '../act/permission.js';
import { useSession } from '../session/session-context.js';
import { playgroundTexts } from './playground.texts.js';

/** Where a person goes who may not ask a model: the search in the documents, if that is allowed. */
export function InsteadOfAsking(props: TextProps) {
  const refusal = reasonAgainst(useSession(), { scope: 'retrieve', isForMembers: true, onlyReads: true });
  if (refusal !== null) return null;
  return (
    <Text size="sm" {...props}>
      <Anchor component={Link} to="../retrieval" relative="path" inherit>
        {playgroundTexts.searchInstead}
      </Anchor>
    </Text>
  );
}
