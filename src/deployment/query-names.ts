/** By which parameters of a query a server may take the path of another operation, as far as their names tell. Pure. */
import { isOutside } from "../request/outside.ts";
import { foldName } from "../request/query-match.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { parametersOf } from "../spec/read/required.ts";

/**
 * Parameters of the query that servers take a route from (../request/other-readings.ts): WordPress, Drupal, Yii, Phalcon,
 * ThinkPHP, Kohana. Declared, they are values. As `foldName` writes them: PHP takes `rest.route` for `rest_route`.
 */
const routeNames = /^(?:r|route|restroute|q|path|action|do|page|controller|url|uri|kohanauri|s|p)$/;

/** Parameters of so many APIs that no server takes a route from them, as `foldName` writes them. */
const plainNames = new Set(
  (
    "after ascending before count cursor descending direction end endtime expand fields filter first from include includes " +
    "last limit locale max maxresults min offset order orderby pagenumber pagesize pagetoken perpage since size skip sort " +
    "sortby sortorder start starttime timezone to token top until"
  ).split(" "),
);

export const isRouteName = (name: string): boolean => routeNames.test(foldName(name));

/** Names of the query that an operation declares, without those that no server takes a route from. */
export function queryNames(catalog: OpenedCatalog, operation: OperationSummary): string[] {
  if (isOutside(operation)) return [];
  return parametersOf(catalog.operationObject(operation)).flatMap(({ in: where, name }) =>
    where === "query" && !plainNames.has(foldName(name)) ? [name] : [],
  );
}
