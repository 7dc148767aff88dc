/**
 * The objects of OpenAPI by their names in the specification, as a document has them: the names of their members are
 * known (`openapi-types`), and what stands in each is unknown until it was looked at. A member of another name, or an
 * extension, does not compile until it is listed here.
 */
import type { IJsonSchema, OpenAPIV2, OpenAPIV3, OpenAPIV3_1 } from "openapi-types";
import type { Json } from "./objects.ts";

type NamesOf<T> = T extends unknown ? Extract<keyof T, string> : never;
type AsWritten<T, More extends string = never> = { [Name in NamesOf<T> | More]?: unknown };

/** Keywords of JSON Schema 2020-12 that the package lacks, and `file` of Swagger 2.0's parameters. */
type MoreKeywords =
  | "prefixItems"
  | "contentEncoding"
  | "contentMediaType"
  | "contentSchema"
  | "unevaluatedProperties"
  | "const";

export type SchemaObject = AsWritten<
  OpenAPIV3_1.SchemaObject | OpenAPIV3.SchemaObject | OpenAPIV2.SchemaObject | IJsonSchema,
  MoreKeywords
>;
export type OperationObject = AsWritten<OpenAPIV3_1.OperationObject, "x-ms-pageable">;
export type ParameterObject = AsWritten<OpenAPIV3_1.ParameterObject, "x-multi-segment">;
export type MediaTypeObject = AsWritten<OpenAPIV3_1.MediaTypeObject, "itemSchema">;
export type EncodingObject = AsWritten<OpenAPIV3_1.EncodingObject>;
export type ResponseObject = AsWritten<OpenAPIV3_1.ResponseObject>;
export type ServerVariableObject = AsWritten<OpenAPIV3_1.ServerVariableObject>;
/** The root, of any version. */
export type DocumentObject = AsWritten<OpenAPIV3_1.Document | OpenAPIV2.Document, "x-ms-paths">;

/** `content`: media types by their names. */
export type ContentObject = Json;

/** Of Swagger 2.0. */
export type SwaggerOperation = AsWritten<OpenAPIV2.OperationObject>;
export type SwaggerResponse = AsWritten<OpenAPIV2.ResponseObject>;
export type SwaggerParameter = AsWritten<
  OpenAPIV2.ParameterObject | OpenAPIV2.InBodyParameterObject | OpenAPIV2.GeneralParameterObject,
  "collectionFormat"
>;
