/** What other clients call the members of the arguments: code that is used to them is told the right name. */
export const aliases: Record<string, string> = {
  params: "query",
  queryParams: "query",
  searchParams: "query",
  qs: "query",
  pathParams: "path",
  header: "headers",
  json: "body",
  data: "body",
  payload: "body",
  form: "body",
  requestBody: "body",
};
