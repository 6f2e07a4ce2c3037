-- A golden question is edited in place: it keeps its id and its place in the list.
grant update (question, expect_sources, expect_phrases) on golden_questions to attune_tenant;
