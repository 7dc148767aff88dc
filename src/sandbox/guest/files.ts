/** `file` and `files`: hands files to the person, and reads those that they uploaded. Both are kept outside of the isolate. */
import { weightOf } from "./weight.ts";
import * as own from "./primordials.ts";
import { maxFileBytes } from "../../terms/file.ts";
import { newLine } from "./in-line.ts";
import { counted } from "./unawaited.ts";

/** A binding of the isolate: the files of one user. */
export interface Files {
  /** @throws Error if it is too large, or there are too many */
  keep(
    name: string,
    type: string,
    content: Uint8Array,
  ): Promise<{ name: string; bytes: number; link: string }>;
  /** The newest upload of that name, or null. */
  read(name: string): Promise<{ type: string; content: Uint8Array } | null>;
}

/** An upload, as far as it is known before it is read. */
export interface Upload {
  name: string;
  type: string;
  bytes: number;
}

/** What `files["name"]` is: a promise of the bytes that can be asked for more at once, as a `Response` can. */
interface UploadedFile extends Promise<Uint8Array> {
  text(): Promise<string>;
  json(): Promise<unknown>;
  bytes(): Promise<Uint8Array>;
}

/** Of what JSON is made of, which is refused by its bytes if it is too long. */
const maxJsonChars = 2 * maxFileBytes;

/** Of a name and a type, of which the host keeps less. */
const maxHandedChars = 10_000;

/** The function `file(bytes | text, name, type?)`. */
export function fileOf(files: Files | undefined) {
  const inLine = newLine();
  const make = async (data: unknown, name: unknown, type: unknown = "") => {
    if (!files) throw new own.NativeError("file is not available here: files are not kept.");
    if (typeof name !== "string" || name === "" || typeof type !== "string")
      throw new own.NativeTypeError('file takes the data and a name: await file(text, "report.csv").');
    if (typeof data === "string" && isName(data) && !isName(name))
      throw new own.NativeTypeError(
        `file takes the data first and the name second: await file(data, ${own.quote(data)}).`,
      );
    const content = await contentOf(data);
    // No more could be handed over.
    if (content.byteLength > maxFileBytes || name.length + type.length > maxHandedChars)
      throw new own.NativeError(
        `The file has ${content.byteLength.toLocaleString("en")} bytes, and a file may have ${maxFileBytes.toLocaleString("en")}; its name and type may have ${maxHandedChars.toLocaleString("en")} characters.`,
      );
    const kept = await inLine(async () => files.keep(name, type || typeOf(data), content));
    return { name: kept.name, bytes: kept.bytes, link: kept.link };
  };
  return (data: unknown, name: unknown, type?: unknown) => counted("file", () => make(data, name, type));
}

/** Whether a text is likely the name of a file. */
function isName(text: string): boolean {
  return text.length <= 120 && own.execRegExp(/^[^\n\r/\\]+\.[A-Za-z][A-Za-z\d]{0,7}$/, text) !== null;
}

function typeOf(data: unknown): string {
  const { contentType, type } = Object(data) as { contentType?: unknown; type?: unknown };
  if (typeof contentType === "string") return contentType;
  return own.isInstance(own.platform.Blob.prototype, data as object) && typeof type === "string" ? type : "";
}

async function contentOf(data: unknown): Promise<Uint8Array> {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (own.isView(data)) return own.bytesOf(data);
  if (typeof data === "object" && data !== null) {
    const { Blob, Response } = own.platform;
    if (own.isInstance(own.baseBuffer, data)) return own.bytesOf(data);
    if (own.isInstance(Blob.prototype, data) || own.isInstance(Response.prototype, data))
      return new Uint8Array(await (data as Blob).arrayBuffer());
    if (weightOf(data).characters > maxJsonChars)
      throw new own.NativeTypeError("file takes no data of which parts stand in it again and again.");
    const text = JSON.stringify(data, undefined, 2) as string | undefined;
    if (text !== undefined) return new TextEncoder().encode(text);
  }
  throw new own.NativeTypeError(`file takes text or bytes, not ${data === null ? "null" : typeof data}.`);
}

/** The object `files`: a member for each upload. One that is not there says which are. */
export function uploadsOf(files: Files | undefined, uploads: readonly Upload[]): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  const inLine = newLine();
  for (const { name } of uploads)
    own.defineProperty(all, name, {
      get: () => uploaded(async () => inLine(async () => (await files?.read(name)) ?? null), name),
      enumerable: true,
      configurable: true,
    });
  const names = uploads.map(({ name }) => own.quote(name)).join(", ");
  return new own.NativeProxy(all, {
    get: (target, key) => {
      if (typeof key === "symbol" || own.hasOwn(target, key) || key === "then" || key === "toJSON")
        return Reflect.get(target, key) as unknown;
      throw new own.NativeReferenceError(
        `There is no file ${own.quote(key)}: ${names === "" ? "nothing was uploaded" : `there are ${names}`}. The user uploads files in the console, under Files.`,
      );
    },
  });
}

function uploaded(find: () => ReturnType<Files["read"]>, name: string): UploadedFile {
  const read = async () => {
    const found = await find();
    if (!found) throw new own.NativeError(`The file ${own.quote(name)} was deleted meanwhile.`);
    return new Uint8Array(found.content);
  };
  const whole = own.shielded(read());
  const text = async () => new TextDecoder().decode(await whole);
  const more: Omit<UploadedFile, keyof Promise<unknown>> = {
    text,
    bytes: () => whole,
    json: async () => own.parseJson(await text()) as unknown,
  };
  return Object.assign(whole, more);
}
