/** What an API costs a model's context: the two tools as they are listed, against what else could be put there. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { prepareApi, type ConfiguredApi } from "../../src/cli/apis.ts";
import { higher, lower, type Chapter, type Figures, type Say } from "./figure.ts";
import { listedTokens } from "./listed.ts";
import { oneToolEach } from "./one-tool-each.ts";
import { forEachApi, rawDocument, type Subjects } from "./subjects.ts";

export const tokens = ({ all }: Subjects): Chapter => forEachApi(all, tokensOf);

async function tokensOf(api: ConfiguredApi, say: Say): Promise<Figures> {
  const document = await rawDocument(api);
  const ours = await listedTokens([await prepareApi(api)]);
  const { operations, full, minimal } = oneToolEach(document);
  const raw = countTokens(JSON.stringify(document));
  say(
    `${api.name}: ${operations} operations; both tools ${ours} tokens, a tool each ${full}, minimal ${minimal}, the document ${raw}`,
  );
  return {
    [`${api.name}.operations`]: higher(operations, "operations"),
    [`${api.name}.tokens.listed`]: lower(ours, "o200k tokens, both tools and the instructions", 1_000),
    [`${api.name}.tokens.oneToolEach`]: lower(full, "o200k tokens, a tool for every operation"),
    [`${api.name}.tokens.oneToolEachMinimal`]: lower(
      minimal,
      "o200k tokens, the same, only what is required",
    ),
    [`${api.name}.tokens.document`]: lower(raw, "o200k tokens, the document itself"),
  };
}
