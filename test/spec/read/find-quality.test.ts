/** How often `find` answers what people ask: their words, not the document's. A change of the ranking is held against this. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { loadDocument } from "../../../src/spec/load/load-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";
import { snippetFiles } from "../../check/fixture/sources.ts";

/** Question, and the ids of the operations that answer it: any of them. */
type Question = [question: string, ...answers: string[]];

const github: Question[] = [
  ["star a repo", "activity/star-repo-for-authenticated-user"],
  ["unstar", "activity/unstar-repo-for-authenticated-user"],
  ["list my repositories", "repos/list-for-authenticated-user"],
  ["who am I", "users/get-authenticated"],
  ["create an issue", "issues/create"],
  ["close an issue", "issues/update"],
  ["comment on an issue", "issues/create-comment"],
  ["add labels to issue", "issues/add-labels"],
  ["list open pull requests", "pulls/list"],
  ["merge a pull request", "pulls/merge"],
  ["request a review", "pulls/request-reviewers"],
  ["fork a repository", "repos/create-fork"],
  ["archive a repository", "repos/update"],
  ["add a collaborator to a repository", "repos/add-collaborator"],
  ["set a repository secret", "actions/create-or-update-repo-secret"],
  ["latest release", "repos/get-latest-release"],
  ["trigger a workflow", "actions/create-workflow-dispatch"],
  ["rerun failed jobs", "actions/re-run-workflow-failed-jobs"],
  ["download workflow logs", "actions/download-workflow-run-logs"],
  ["read a file from a repo", "repos/get-content"],
  ["create or update a file", "repos/create-or-update-file-contents"],
  ["search code", "search/code"],
  ["protect a branch", "repos/update-branch-protection"],
  ["rename a branch", "repos/rename-branch"],
  ["delete a branch", "git/delete-ref"],
  ["block a user", "users/block", "orgs/block-user"],
  ["list members of a team", "teams/list-members-in-org", "teams/list-members-legacy"],
  ["create gist", "gists/create"],
];

const stripe: Question[] = [
  ["refund a charge", "PostRefunds", "PostChargesChargeRefund", "PostChargesChargeRefunds"],
  ["create a customer", "PostCustomers"],
  ["list invoices of a customer", "GetInvoices"],
  ["void an invoice", "PostInvoicesInvoiceVoid"],
  ["send an invoice by email", "PostInvoicesInvoiceSend"],
  [
    "cancel a subscription",
    "DeleteSubscriptionsSubscriptionExposedId",
    "DeleteCustomersCustomerSubscriptionsSubscriptionExposedId",
  ],
  ["create a payment link", "PostPaymentLinks"],
  ["capture a payment", "PostPaymentIntentsIntentCapture", "PostChargesChargeCapture"],
  ["account balance", "GetBalance"],
  ["create a coupon", "PostCoupons"],
  ["create a price for a product", "PostPrices"],
  ["upload a file", "PostFiles"],
  ["list disputes", "GetDisputes"],
  ["register a webhook", "PostWebhookEndpoints"],
];

const twilio: Question[] = [
  ["send an sms", "CreateMessage"],
  ["list messages", "ListMessage"],
  ["make a phone call", "CreateCall"],
  ["hang up a call", "UpdateCall"],
  ["delete a recording", "DeleteRecording"],
  ["list my phone numbers", "ListIncomingPhoneNumber"],
  ["available local phone numbers", "ListAvailablePhoneNumberLocal"],
  ["buy a phone number", "CreateIncomingPhoneNumber"],
  ["account balance", "FetchBalance"],
  ["conference participants", "ListParticipant"],
  ["add a participant to a conference", "CreateParticipant"],
  ["usage this month", "ListUsageRecordThisMonth"],
  ["create an api key", "CreateNewKey"],
  ["create subaccount", "CreateAccount"],
];

const documents = { github, stripe, twilio };

it("has what was asked among the first three, nearly always among the first ten", async () => {
  const ranks: number[] = [];
  const missed: string[] = [];
  for (const [name, questions] of Object.entries(documents)) {
    const { source } = snippetFiles[name as keyof typeof documents];
    const cacheFolder = join(import.meta.dirname, "../../../.isogate/documents");
    const { catalog } = await compileDocument(await loadDocument(source, { cacheFolder }), {});
    const opened = openCatalog(catalog.index, catalog.body.slice().buffer);
    const known = new Set(opened.operations.map(({ id }) => id));
    for (const [question, ...answers] of questions) {
      expect(known, question).toContain(answers.find((answer) => known.has(answer)));
      const found = opened.find(question).map(({ id }) => id);
      const rank = found.findIndex((id) => answers.includes(id));
      ranks.push(rank < 0 ? Infinity : rank);
      if (rank < 0 || rank >= 3) missed.push(`${name}: ${question} (${rank < 0 ? "not in ten" : rank + 1})`);
    }
  }
  const share = (limit: number) => ranks.filter((rank) => rank < limit).length / ranks.length;
  const report = `missed:\n${missed.join("\n")}`;
  expect(share(3), report).toBeGreaterThanOrEqual(0.8);
  expect(share(10), report).toBeGreaterThanOrEqual(0.95);
});
