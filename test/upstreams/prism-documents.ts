/** The documents of the round trips through Prism, and what of them cannot pass, with the reason. */
export interface PrismDocument {
  name: string;
  /** As `source` in an API file. */
  source: string;
  /** Operations that do not pass, by id, and why. */
  except: Record<string, string>;
}

const examples = "npm:@readme/oas-examples@8.2.2";

const leavesTheApi = "answered with a redirect to another host, which the gateway does not follow";
const ownExample = "the document's own example does not fit its schema";
const takesSlashes = "the parameter takes a path; Prism matches one segment only";

const github: Record<string, string> = {
  "actions/download-artifact": leavesTheApi,
  "actions/download-job-logs-for-workflow-run": leavesTheApi,
  "actions/download-workflow-run-attempt-logs": leavesTheApi,
  "actions/download-workflow-run-logs": leavesTheApi,
  "repos/download-tarball-archive": leavesTheApi,
  "repos/download-zipball-archive": leavesTheApi,
  "markdown/render-raw": ownExample,
  "orgs/create-issue-field": ownExample,
  "codespaces/set-repositories-for-secret-for-authenticated-user": ownExample,
  "git/list-matching-refs": takesSlashes,
  "git/get-ref": takesSlashes,
  "git/update-ref": takesSlashes,
  "git/delete-ref": takesSlashes,
};

export const prismDocuments: PrismDocument[] = [
  { name: "demo", source: "demo/openapi.yaml", except: {} },
  { name: "github", source: "npm:@octokit/openapi@23.0.2/generated/api.github.com.json", except: github },
  { name: "alertmanager", source: "test/upstreams/documents/alertmanager-v2.yaml", except: {} },
  { name: "train-travel", source: `${examples}/3.1/json/train-travel.json`, except: {} },
  { name: "petstore", source: `${examples}/3.0/json/petstore.json`, except: {} },
  { name: "star-trek", source: `${examples}/3.0/json/star-trek.json`, except: {} },
];
